import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import ModelWire
import OrderedJSON

struct UpstreamsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Whether an upstream answers and takes its key; costs nothing.",
        discussion: "It is asked for its models, and with an empty request whether its address and its key are right.")

    @Argument(help: "Which; every one that could be asked now if left out.")
    var names: [String] = []

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let settings = context.settings
        let entries =
            names.isEmpty
            ? settings.upstreams.entries.filter { settings.isUsable($0) { LoopbackProbe.isListening($0) } }
            : try names.map { try settings.upstreams.named($0) }
        // With nothing to test it says what would be enough to have something.
        if entries.isEmpty { _ = try settings.choose() }
        let columns = entries.map { $0.upstream.name.count }.max() ?? 0
        var firstFailure: CommandFailure?
        for entry in entries {
            let check = UpstreamCheck(
                upstream: entry.upstream, client: context.client, environment: context.environment)
            let result = try await context.interruption.cancelling { await check.run() }
            if context.interruption.hasHappened { throw CommandFailure(.interrupted, code: "interrupted", "stopped.") }
            if let failure = result.failure {
                // Alone it is this command's failure and nothing else.
                if entries.count == 1 { throw CommandFailure(upstream: failure, saved: nil) }
                firstFailure = firstFailure ?? CommandFailure(upstream: failure, saved: nil)
            }
            if common.json {
                context.console.json(result.json)
            } else {
                let style = context.console.style
                context.console.line(
                    (result.failure == nil ? style.green("ok") : style.red("no")) + "  "
                        + TerminalText.padded(entry.upstream.name, to: columns) + "  "
                        + TerminalText.sanitizedLine(result.description))
            }
        }
        if let firstFailure { throw ExitCode(firstFailure.exit.rawValue) }
    }
}

/// A look at one upstream: its list of models, its address, its key. Nothing is made and nothing is paid.
struct UpstreamCheck: Sendable {
    struct Result: Sendable, CustomStringConvertible {
        let upstream: Upstream
        /// Nil where it has no list.
        var modelCount: Int?
        var keyOrigin: String?
        /// How long it took to answer.
        var latency: Duration?
        var failure: UpstreamError?

        var description: String {
            if let failure { return failure.message }
            return [
                latency.map { "\(milliseconds($0)) ms" },
                modelCount.map { "\($0) model\($0 == 1 ? "" : "s")" } ?? "no list of models",
                keyOrigin.map { "takes the key in \($0)" } ?? "without a key",
            ].compactMap(\.self).joined(separator: ", ")
        }

        /// What `upstreams test --json` prints.
        var json: JSON {
            .object([
                "object": "upstream_test", "id": .string(upstream.name), "upstream": .string(upstream.name),
                "ok": .bool(failure == nil), "models": .optional(modelCount),
                "milliseconds": .optional(latency.map(milliseconds)),
                "error": failure.map {
                    .object([
                        "code": .string($0.code.description), "message": .string($0.message),
                        "http_status": .optional($0.fault?.httpStatus), "trace_id": .optional($0.fault?.traceID),
                    ])
                } ?? .null,
            ])
        }

        private func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded()) }
    }

    let upstream: Upstream
    let client: ModelClient
    let environment: [String: String]

    func run() async -> Result {
        var result = Result(upstream: upstream)
        let quick = upstream.patientForSeconds
        do {
            let key = try upstream.key.key(for: upstream.name, environment: environment)
            result.keyOrigin = key?.origin
            let begun = ContinuousClock.now
            do {
                result.modelCount = try await client.models(of: quick, key: key).count
            } catch let error as UpstreamError where error.code == .refused || error.code == .unknownModel {
                // Not every server has a list.
            }
            result.latency = ContinuousClock.now - begun
            result.failure = await refusal(quick, key)
        } catch let error as UpstreamError {
            result.failure = error
        } catch {
            result.failure = UpstreamError(.failed, "\(upstream.name) cannot be tested: \(error)")
        }
        return result
    }

    /// Some lists are open to everyone, so the list alone proves neither the key nor the address of calls.
    private func refusal(_ quick: Upstream, _ key: APIKey?) async -> UpstreamError? {
        do {
            _ = try await client.call(quick, key: key, body: Array("{}".utf8)) { _ in }
            return nil
        } catch let error as UpstreamError {
            switch DialectProbe.Reply(error) {
            case .found: return error.code == .nothingLeft ? error : nil
            case .locked, .unreachable: return error
            case .absent: return await misplaced(quick, key)
            }
        } catch {
            return nil
        }
    }

    /// Nothing is where calls would go: it is asked where else, and the way there is named.
    private func misplaced(_ quick: Upstream, _ key: APIKey?) async -> UpstreamError {
        let name = quick.name
        let place = "nothing is at \(quick.callURL), where \(name) would be asked."
        guard let found = try? await DialectProbe(client: client, key: key).look(at: quick) else {
            return UpstreamError(.notReachable, "\(place) Look at its URL: diwan config set upstreams.\(name).url URL")
        }
        var changes: [String] = []
        if found.url != quick.url { changes.append("diwan config set upstreams.\(name).url \(found.url)") }
        if found.dialect != quick.dialect {
            changes.append("diwan config set upstreams.\(name).dialect \(found.dialect.rawValue)")
        }
        return UpstreamError(
            .notReachable,
            "\(place) It speaks \(found.dialect.rawValue) at \(found.url): \(changes.joined(separator: " && "))")
    }
}
