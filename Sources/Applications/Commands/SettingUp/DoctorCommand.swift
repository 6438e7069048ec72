import ArgumentParser
import ConversationService
import ConversationStorage
import OrderedJSON

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the vault: every rule it keeps is derived anew.",
        discussion:
            "--repair rebuilds only what is derived: the search index, notes of who holds what, tips that point nowhere."
    )

    @Flag(help: "Put right what can be derived.")
    var repair = false

    @Flag(help: "What takes how much room.")
    var size = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try repair ? await context.writingService() : await context.readingService()
        if size {
            try await showSize(service, context.console)
            return
        }
        let bar = WorkBar(console: context.console)
        let keepsEvents = context.settings.keepEvents.value
        var examination: Examination
        var repaired: [Finding.Kind: Int] = [:]
        if repair {
            let repairs = try await service.vault.repair(keepsEvents: keepsEvents) { bar.show($0) }
            (examination, repaired) = (repairs.after, repairs.repaired)
        } else {
            examination = try await service.vault.examine(keepsEvents: keepsEvents) { bar.show($0) }
        }
        let digest = try await service.vault.contentDigest()
        bar.finish()
        let hex = digest.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        if common.json {
            context.console.json(Self.json(examination, repaired, digest: hex))
        } else {
            show(examination, repaired, digest: hex, context.console)
        }
        guard examination.isClean else { throw ExitCode(CommandFailure.Exit.badData.rawValue) }
    }

    private func show(_ examination: Examination, _ repaired: [Finding.Kind: Int], digest: String, _ console: Console) {
        for (kind, count) in repaired.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            console.line("repaired  \(kind.rawValue)  \(count)")
        }
        for finding in examination.findings {
            console.line("\(finding.kind.rawValue)  \(finding.subject)  \(finding.detail)")
            console.note("  \(finding.advice)")
        }
        for (kind, count) in examination.counts where count > Examination.mostOfOneKind {
            console.note("\(count - Examination.mostOfOneKind) more of \(kind.rawValue).")
        }
        let counted = [
            examination.threads.counted("thread"), examination.messages.counted("message"),
            examination.calls.counted("call"), examination.blobs.counted("attachment"),
        ].joined(separator: ", ")
        console.line(examination.isClean ? "All is well: \(counted)." : "Checked \(counted).")
        console.line(console.style.dim("digest \(digest)"))
    }

    private func showSize(_ service: ThreadService, _ console: Console) async throws {
        let size = try await service.vault.size()
        let rows: [(String, Int64)] = [
            ("words", size.words), ("index", size.index), ("bodies", size.bodies), ("blobs", size.blobs),
            ("rest", size.rest), ("log", size.log), ("file", size.file),
        ]
        if common.json {
            var object: JSONObject = ["object": "size"]
            for (name, bytes) in rows { object[name] = .int(Int(bytes)) }
            object["exact"] = .bool(size.isExact)
            console.json(.object(object))
            return
        }
        for (name, bytes) in rows {
            console.line(
                TerminalText.padded(name, to: 8)
                    + TerminalText.padded(ByteCount.text(Int(bytes)), to: 12, on: .trailing))
        }
    }

    private static func json(_ examination: Examination, _ repaired: [Finding.Kind: Int], digest: String) -> JSON {
        func counts(_ kinds: [Finding.Kind: Int]) -> JSON {
            .object(
                JSONObject(
                    kinds.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                        (key: $0.key.rawValue, value: .int($0.value))
                    }))
        }
        return .object([
            "object": "doctor", "clean": .bool(examination.isClean), "threads": .int(examination.threads),
            "messages": .int(examination.messages), "calls": .int(examination.calls), "blobs": .int(examination.blobs),
            "digest": .string(digest), "counts": counts(examination.counts), "repaired": counts(repaired),
            "findings": .array(
                examination.findings.map {
                    [
                        "kind": .string($0.kind.rawValue), "subject": .string("\($0.subject)"),
                        "detail": .string($0.detail), "repairable": .bool($0.isRepairable),
                    ]
                }),
        ])
    }
}
