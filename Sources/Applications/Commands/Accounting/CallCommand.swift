import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "What was asked of a model, and what came back: where an answer came from.")

    @Argument(
        help: ArgumentHelp(
            "Which; a thread's or message's last call, the last one of all if left out.", valueName: "call"),
        completion: CompletionKind.threads)
    var which = "@"

    @Flag(help: "The request as it was sent.")
    var request = false

    @Flag(help: "The answer as it came.")
    var response = false

    @Flag(help: "The events of its stream, where they are kept.")
    var events = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let call = try await service.call(named: which)
        if request {
            context.console.write(bytes: try await service.requestBody(of: call) + [0x0A])
        } else if response {
            guard let body = try await service.vault.body(of: call.id) else {
                throw CommandFailure(
                    .noSuch, code: "no_body",
                    "no answer was kept of this call (\(call.status.rawValue)). See: diwan call \(call.handle)")
            }
            context.console.write(bytes: body + [0x0A])
        } else if events {
            for event in try await service.vault.events(of: call.id) {
                context.console.write(bytes: event.payload + [0x0A])
            }
        } else if common.json {
            context.console.json(call.json(pricedBy: context.settings.models))
        } else {
            for (name, value) in Self.facts(of: call, pricedBy: context.settings.models) {
                context.console.line(
                    context.console.style.dim(TerminalText.padded(name, to: 20)) + TerminalText.sanitizedLine(value))
            }
        }
    }

    static func facts(of call: Call, pricedBy models: ModelCatalogue) -> [(String, String)] {
        var facts: [(String, String)] = [
            ("call", call.handle), ("status", call.status.rawValue),
            ("upstream", "\(call.upstream) (\(call.dialect?.rawValue ?? "imported"))"),
        ]
        func add(_ name: String, _ value: String?) { if let value { facts.append((name, value)) } }
        add("model asked", call.modelSent.isEmpty ? nil : call.modelSent)
        add("model reported", call.modelReported)
        add("response id", call.responseID)
        add(
            "created",
            call.created.map { String(format: "%.0f", $0) + "  " + Date(timeIntervalSince1970: $0).formatted(.iso8601) }
        )
        add("system_fingerprint", call.systemFingerprint)
        add("object", call.object)
        let given = call.parameters.json
        if given.object?.isEmpty == false { facts.append(("parameters", given.text())) }
        add("system", call.instructions)
        let tokens = [
            call.usage.input.map { "\($0) in" }, call.usage.cached.map { "\($0) cached" },
            call.usage.output.map { "\($0) out" }, call.usage.reasoning.map { "\($0) reasoning" },
        ].compactMap { $0 }
        if !tokens.isEmpty { facts.append(("tokens", tokens.joined(separator: ", "))) }
        if let price = models.facts(of: call.modelSent, at: call.upstream)?.price,
            let amount = price.cost(of: call.usage)
        {
            facts.append(("cost", Money(amount, price.currency).text + (price.date.map { ", prices of \($0)" } ?? "")))
        }
        if let plan = call.plan {
            let leftOut = plan.leftOut.map(\.count).reduce(0, +)
            facts.append(
                (
                    "context",
                    plan.mode.description
                        + (leftOut > 0 ? ", \(leftOut) messages left out (diwan why \(call.handle))" : ", everything")
                ))
        } else {
            facts.append(("context", "not known: the call was imported"))
        }
        add("sent", call.sentAt?.rfc3339)
        if let sent = call.sentAt {
            add("first token", call.firstTokenAt.map { "\($0.milliseconds(since: sent)) ms after" })
            add("finished", call.finishedAt.map { "\($0.milliseconds(since: sent)) ms after" })
        }
        add("error", call.error.map { "\($0.code): \($0.message)" })
        return facts
    }
}
