import ArgumentParser
import Conversations
import Foundation
import ModelUpstream
import ModelWire
import OrderedJSON

/// What is asked of a model besides the conversation, where a command asks: `ask`, `replay`.
struct ParameterOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("0 to 2; left out, the upstream's own.", valueName: "number"))
    var temperature: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The most tokens of the answer.", valueName: "number"))
    var maxTokens: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Asks for the same answer again, where the model can.", valueName: "number"))
    var seed: String?

    @Option(help: ArgumentHelp("Tools the model may call: a JSON list.", valueName: "file"))
    var tools: String?

    @Option(help: ArgumentHelp("none, auto, required, or a tool's name.", valueName: "choice"))
    var toolChoice: String?

    @Option(help: ArgumentHelp("json, or a file with the format as JSON.", valueName: "json|file"))
    var responseFormat: String?

    @Option(help: ArgumentHelp("A JSON Schema the answer must fit.", valueName: "file"))
    var schema: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Any other field of the request.", valueName: "name=json"))
    var extras: [String] = []

    /// The parameters, each as it was typed: what is out of range is refused before anything is sent.
    func parameters() throws -> CallParameters {
        var parameters = CallParameters()
        parameters.maxTokens = try Self.integer("--max-tokens", maxTokens, "1 or more")
        parameters.seed = try Self.integer("--seed", seed, "an integer")
        if let temperature {
            guard let number = Double(temperature), (0...2).contains(number) else {
                throw CommandFailure.usage("--temperature must be 0 to 2, not \(temperature). Nothing was sent.")
            }
            parameters.temperature = number
        }
        parameters.tools = try tools.map { try ToolFile.read($0) }
        parameters.toolChoice = toolChoice.map {
            ["none", "auto", "required"].contains($0)
                ? .string($0) : ["type": "function", "function": ["name": .string($0)]]
        }
        parameters.responseFormat = try format()
        for extra in extras {
            guard let equals = extra.firstIndex(of: "="), equals != extra.startIndex else {
                throw CommandFailure.usage("--set must be NAME=JSON, as --set top_p=0.9.")
            }
            let (name, text) = (String(extra[..<equals]), String(extra[extra.index(after: equals)...]))
            guard let value = try? JSON(parsing: text) else {
                throw CommandFailure.usage(
                    "--set \(name) must be JSON, as --set \(name)=true or --set '\(name)=\"text\"'. Nothing was sent.")
            }
            parameters.extras[name] = value
        }
        return parameters
    }

    /// Says which of them an upstream has no field for.
    static func sayWhatIsLeftOut(
        _ parameters: CallParameters, dialect: Dialect, upstream: Upstream, _ console: Console
    ) {
        for name in RequestWriter.unsupported(parameters, dialect: dialect) {
            console.note("\(upstream.name) has no \(name); it is left out. To send it all the same: --set \(name)=…")
        }
    }

    static func integer(_ name: String, _ text: String?, _ range: String) throws -> Int? {
        guard let text, text != "null" else { return nil }
        guard let number = Int(text) else {
            throw CommandFailure.usage("\(name) must be \(range), not \(text). Nothing was sent.")
        }
        return number
    }

    private func format() throws -> JSON? {
        if let schema {
            let json = try JSONFile.read(schema)
            let name = (schema as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? "answer"
            let safe = String(
                name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" ? $0 : "_" })
            return ["type": "json_schema", "json_schema": ["name": .string(safe), "schema": json, "strict": true]]
        }
        switch responseFormat {
        case nil: return nil
        case "json", "json_object": return ["type": "json_object"]
        case "text": return ["type": "text"]
        case let file?: return try JSONFile.read(file)
        }
    }
}
