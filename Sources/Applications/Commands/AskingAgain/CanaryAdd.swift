import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream

struct CanaryAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Has a thread's questions asked again every so often.")

    @Argument(
        help: ArgumentHelp("Whose questions; up to a message, where one is named.", valueName: "thread"),
        completion: CompletionKind.threads)
    var which: String

    @Option(help: ArgumentHelp("How often: 30min, 6h, 1d, 1w.", valueName: "period"))
    var every: String

    @Option(help: ArgumentHelp("The seed that is sent each time.", valueName: "number"))
    var seed = 1

    @Option(help: ArgumentHelp("0 to 2.", valueName: "number"))
    var temperature = 0.0

    @Option(help: ArgumentHelp("The most tokens of an answer.", valueName: "number"))
    var maxTokens: Int?

    @Option(help: "Each question after the thread's own history, or after the answers of the run.")
    var mode = Replay.Mode.anchored

    @OptionGroup var whom: ModelOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        guard let seconds = CanaryPeriod.seconds(every) else {
            throw CommandFailure.usage("--every must be a period, as 30min, 6h, 1d, 1w, not \(every).")
        }
        guard (0...2).contains(temperature) else {
            throw CommandFailure.usage("--temperature must be 0 to 2, not \(temperature).")
        }
        if let maxTokens, maxTokens < 1 {
            throw CommandFailure.usage("--max-tokens must be 1 or more, not \(maxTokens).")
        }
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let address = try await service.address(which)
        guard let origin = address.message else {
            throw CommandFailure.usage(
                "there is no question in \(address.thread.handle) yet. Ask one: diwan ask -t \(address.thread.handle) WORDS"
            )
        }
        let choice = try await ModelChoice.choose(in: context, for: address.thread, service)
        let parameters = CallParameters(temperature: temperature, maxTokens: maxTokens, seed: seed, streams: true)
        let canary = try await service.addCanary(
            asking: origin, of: (choice.upstream.name, choice.model),
            CanarySettings(mode: mode, parameters: parameters), everySeconds: seconds)
        if common.json {
            context.console.json(canary.json)
            return
        }
        context.console.line(canary.handle)
        context.console.note(
            "\(canary.upstream)/\(canary.model) is asked every \(CanaryPeriod.text(seconds)), as often as this is run: diwan canary run"
        )
    }
}

extension Replay.Mode: ExpressibleByArgument {}

/// How often something is done, as people write it.
enum CanaryPeriod {
    private static let units: [(name: String, seconds: Int)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3600), ("min", 60), ("s", 1),
    ]

    /// The seconds of `30min`, `6h`, `1d`, `1w`; nil where it is none of these or longer than ten years.
    static func seconds(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = digits.isEmpty ? 1 : Int(digits), count > 0, count < 100_000_000,
            let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
        return overflow || seconds > 3_660 * 86_400 ? nil : seconds
    }

    /// `1d`, `36h`: in the largest unit that it is whole in.
    static func text(_ seconds: Int) -> String {
        let unit = units.first { seconds % $0.seconds == 0 } ?? ("s", 1)
        return "\(seconds / unit.seconds)\(unit.name)"
    }
}
