import Conversations
import Foundation
import ModelWire
import OrderedJSON

/// What a target would refuse in a request: read from the published schema and from refusals, not from our rules.
struct RequestCheck {
    let target: PortabilityTarget
    private let schema: JSONSchema?
    private static let document = try? JSON(parsing: Fixture.bytes("Schemas/openai-requests.json"))

    init(_ target: PortabilityTarget) {
        self.target = target
        let name: String? =
            switch target.dialect {
            case .chat: "ChatCompletionRequestMessage"
            case .responses: "InputItem"
            case .acedata: nil
            }
        schema = name.flatMap { name in
            Self.document?["$defs"].map { JSONSchema(["$ref": .string("#/$defs/\(name)"), "$defs": $0]) }
        }
    }

    func complaints(about request: PortedRequest) -> [String] {
        var found: [String] = []
        if target.dialect != .acedata, schema == nil { found.append("the schema is not there") }
        for (index, item) in request.items.enumerated() {
            if let complaint = schema?.complaint(about: item) { found.append("item \(index): \(complaint)") }
            found += shape(of: item).map { "item \(index): \($0)" }
        }
        return found + pairing(request.items) + reasoning(request.items) + order(request.items)
    }

    // MARK: - One item

    private func shape(of item: JSON) -> [String] {
        var found: [String] = []
        let type = item["type"]?.string
        if let role = item["role"]?.string {
            let known = ["system", "user", "assistant"] + (target.dialect == .chat ? ["tool"] : ["developer"])
            if !known.contains(role) { found.append("a role nobody knows: \(role)") }
            let hasCalls = item["tool_calls"]?.array?.isEmpty == false
            if role != "user", role != "tool", !hasCalls, item["content"]?.string ?? "x" == "" {
                found.append("a message that says nothing")
            }
            if item["content"]?.array?.isEmpty == true { found.append("no content") }
            if item["content"] == nil || item["content"] == .null, !hasCalls { found.append("no content") }
            for part in item["content"]?.array ?? [] { found += partComplaints(part) }
        } else if ![
            "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning",
        ]
        .contains(type ?? "") {
            found.append("an item nobody knows: \(type ?? "none")")
        }
        if item["id"] != nil, type != "reasoning" { found.append("an item's id") }
        for call in item["tool_calls"]?.array ?? [] {
            found += id(call["id"]?.string)
            if call["type"] == "custom", !target.traits.contains(.customTools) { found.append("a custom tool in chat") }
            found += name(call["function"]?["name"]?.string ?? call["custom"]?["name"]?.string)
            if let arguments = call["function"]?["arguments"]?.string { found += self.arguments(arguments) }
        }
        if let id = item["tool_call_id"]?.string ?? item["call_id"]?.string { found += self.id(id) }
        if type == "function_call" {
            found += name(item["name"]?.string) + arguments(item["arguments"]?.string ?? "")
        }
        return found
    }

    private func partComplaints(_ part: JSON) -> [String] {
        let type = part["type"]?.string
        var found: [String] = []
        switch type {
        case "image_url", "input_image":
            if target.traits.contains(.noImages) { found.append("a picture") }
            let url = part["image_url"]?["url"]?.string ?? part["image_url"]?.string
            if target.traits.contains(.imageBytesOnly), url?.hasPrefix("data:") == false {
                found.append("a picture by its address")
            }
        case "file", "input_file":
            if target.traits.contains(.noFiles) { found.append("a file") }
            let data = part["file"]?["file_data"]?.string
            if let data, !data.hasPrefix("data:") { found.append("a file by its address") }
            if part["file_url"]?.string?.hasSuffix(".mp3") == true { found.append("a recording as a file") }
            if part["file_data"]?.string?.hasPrefix("data:audio/") == true || data?.hasPrefix("data:audio/") == true {
                found.append("a recording as a file")
            }
        case "input_audio":
            if target.traits.contains(.noAudio) { found.append("a recording") }
            let data = part["input_audio"]?["data"]?.string
            if data.flatMap({ Data(base64Encoded: $0) }) == nil { found.append("a recording that is not base64") }
        case "text", "input_text", "output_text":
            if part["text"]?.string == "" { found.append("empty text") }
        case nil: found.append("content without a type")
        default: break
        }
        return found
    }

    private func id(_ id: String?) -> [String] {
        guard let id, !id.isEmpty else { return ["a call without an id"] }
        if target.traits.contains(.nineCharacterIDs) {
            return id.wholeMatch(of: /[a-zA-Z0-9]{9}/) == nil ? ["an id that is not nine characters"] : []
        }
        return id.utf8.count > (target.dialect == .chat ? 40 : 64) ? ["an id that is too long"] : []
    }

    private func name(_ name: String?) -> [String] {
        name?.wholeMatch(of: /[a-zA-Z0-9_\-]{1,64}/) == nil ? ["a tool's name \(name ?? "")"] : []
    }

    private func arguments(_ text: String) -> [String] {
        (try? JSON(parsing: text))?.object == nil ? ["arguments that are no JSON object"] : []
    }

    // MARK: - Items together

    private func pairing(_ items: [JSON]) -> [String] {
        var open: [(id: String, isCustom: Bool)] = []
        for item in items {
            if let result = item["tool_call_id"]?.string ?? (item["output"] != nil ? item["call_id"]?.string : nil) {
                guard let index = open.firstIndex(where: { $0.id == result }) else {
                    return ["a result without its call"]
                }
                if item["type"] != nil, open[index].isCustom != (item["type"] == "custom_tool_call_output") {
                    return ["a result of another kind than its call"]
                }
                open.remove(at: index)
                continue
            }
            // Words and calls of one answer stand in their order; whatever comes after, its calls have their results.
            let isCall = item["call_id"] != nil || item["type"] == "reasoning"
            if !open.isEmpty, target.dialect == .chat || !(isCall || item["role"] == "assistant") {
                return ["a call without its result"]
            }
            for call in item["tool_calls"]?.array ?? [] { open.append((call["id"]?.string ?? "", false)) }
            if item["call_id"] != nil, let id = item["call_id"]?.string {
                open.append((id, item["type"] == "custom_tool_call"))
            }
            if Set(open.map(\.id)).count != open.count { return ["two calls of one id"] }
        }
        return open.isEmpty ? [] : ["a call without its result"]
    }

    private func reasoning(_ items: [JSON]) -> [String] {
        var found: [String] = []
        for (index, item) in items.enumerated() where item["type"] == "reasoning" {
            let next = items.dropFirst(index + 1).first { $0["type"] != "reasoning" }
            let isFollower =
                next?["role"] == "assistant" || next?["type"] == "function_call" || next?["type"] == "custom_tool_call"
            if !isFollower { found.append("reasoning without the item that followed it") }
            if target.dialect != .responses { found.append("reasoning where there is no place for it") }
            if item["status"] != nil { found.append("reasoning with a status") }
        }
        return found
    }

    private func order(_ items: [JSON]) -> [String] {
        guard target.traits.contains(.alternatingRoles) else { return [] }
        var last = "system"
        for role in items.compactMap({ $0["role"]?.string }) {
            defer { last = role }
            if role == "system", last != "system" { return ["a system message inside the conversation"] }
            if role == last, role != "tool", role != "system" { return ["two messages of one role in a row"] }
            if role == "assistant", last == "system" { return ["an answer before the first question"] }
        }
        return []
    }
}
