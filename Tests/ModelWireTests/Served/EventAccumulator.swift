import ModelWire
import OrderedJSON

/// Puts a response together from its events alone, and notes every break of the rules that SDKs hold a stream to.
struct EventAccumulator {
    private(set) var output: [JSON] = []
    private(set) var final: JSON?
    private(set) var faults: [String] = []
    private(set) var errors: [JSON] = []
    private var responseID: String?
    private var closed: Set<Int> = []
    private var next = 0
    private var finalItems: [JSON] = []

    /// The final response's items.
    var finalOutput: [JSON] { finalItems }

    mutating func receive(_ event: ServedEvent) {
        guard let json = try? JSON(parsing: event.data) else { return fault("no JSON: \(event.data.text)") }
        if event.data.contains(0x0A) { fault("more than one line") }
        if json["type"]?.string != event.type { fault("a type that is not the event's") }
        if json["sequence_number"]?.int != next || event.sequence != next { fault("number \(event.sequence)") }
        next += 1
        if final != nil { fault("\(event.type) after the end") }
        if let response = json["response"] {
            if next == 1, event.type != "response.created" { fault("begins with \(event.type)") }
            if responseID == nil { responseID = response["id"]?.string }
            if response["id"]?.string != responseID { fault("another response id") }
            if response["output"]?.array == nil { fault("no output") }
        } else if next == 1 {
            fault("begins with \(event.type)")
        }
        take(json, type: event.type)
    }

    private mutating func fault(_ text: String) { faults.append(text) }

    private mutating func take(_ json: JSON, type: String) {
        let index = json["output_index"]?.int ?? -1
        switch type {
        case "response.created", "response.queued", "response.in_progress": break
        case "error": errors.append(json)
        case "response.completed", "response.incomplete", "response.failed":
            final = json["response"]
            finalItems = json["response"]?["output"]?.array ?? []
            if closed.count != output.count { fault("\(output.count - closed.count) items left open") }
        case "response.output_item.added":
            if index != output.count { fault("item \(index) added at \(output.count)") }
            output.append(json["item"] ?? .null)
        case "response.output_item.done":
            guard output.indices.contains(index), let item = json["item"] else { return fault("done before added") }
            for key in ["id", "type", "call_id"] where output[index][key] != item[key] {
                fault("\(key) changed: \(output[index][key]?.text() ?? "-") to \(item[key]?.text() ?? "-")")
            }
            if Self.words(output[index]) != Self.words(item) {
                fault("told \(Self.words(output[index])), done \(Self.words(item))")
            }
            if !closed.insert(index).inserted { fault("item \(index) done twice") }
            output[index] = item
        default:
            guard output.indices.contains(index) else {
                if json["output_index"] != nil { fault("\(type) before its item") }
                return
            }
            if closed.contains(index) { fault("\(type) after its item was done") }
            if let id = json["item_id"]?.string, id != output[index]["id"]?.string { fault("\(type) of \(id)") }
            if let delta = json["delta"], delta.isNull { fault("a delta of null") }
            change(json, type: type, index: index)
        }
    }

    private mutating func change(_ json: JSON, type: String, index: Int) {
        let isSummary = type.hasPrefix("response.reasoning_summary")
        let list = isSummary ? "summary" : "content"
        let place = json[isSummary ? "summary_index" : "content_index"]?.int ?? 0
        let delta = json["delta"]?.string ?? ""
        switch type {
        case "response.content_part.added", "response.reasoning_summary_part.added":
            let count = output[index][list]?.array?.count ?? 0
            if place != count { fault("\(type) \(place) at \(count)") }
            edit(index, list) { $0.append(json["part"] ?? .null) }
        case "response.output_text.delta", "response.refusal.delta", "response.reasoning_text.delta",
            "response.reasoning_summary_text.delta":
            if type == "response.output_text.delta", json["logprobs"]?.array == nil { fault("no logprobs") }
            if delta.isEmpty { fault("an empty delta") }
            let key = type == "response.refusal.delta" ? "refusal" : "text"
            edit(index, list) { pieces in
                guard pieces.indices.contains(place), let text = pieces[place][key]?.string else { return false }
                pieces[place] = pieces[place].setting(key, .string(text + delta))
                return true
            }
        case "response.content_part.done", "response.reasoning_summary_part.done":
            let told = output[index][list]?.array?[place]
            if told?["text"] != json["part"]?["text"] || told?["refusal"] != json["part"]?["refusal"] {
                fault("a part done with other words")
            }
            edit(index, list) { $0[place] = json["part"] ?? .null }
        case "response.output_text.done", "response.reasoning_text.done", "response.reasoning_summary_text.done":
            if output[index][list]?.array?[place]["text"] != json["text"] { fault("\(type) with other words") }
        case "response.refusal.done":
            if output[index][list]?.array?[place]["refusal"] != json["refusal"] { fault("refusal with other words") }
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta",
            "response.mcp_call_arguments.delta":
            let key = type.hasPrefix("response.custom") ? "input" : "arguments"
            output[index] = output[index].setting(key, .string((output[index][key]?.string ?? "") + delta))
        case "response.function_call_arguments.done":
            if output[index]["arguments"] != json["arguments"] { fault("other arguments") }
            if json["name"] != output[index]["name"] { fault("another name") }
        default: break
        }
    }

    private mutating func edit(_ index: Int, _ list: String, _ change: (inout [JSON]) -> Bool) {
        var pieces = output[index][list]?.array ?? []
        if !change(&pieces) { fault("a delta before its part") }
        output[index] = output[index].setting(list, .array(pieces))
    }

    private mutating func edit(_ index: Int, _ list: String, _ change: (inout [JSON]) -> Void) {
        edit(index, list) { pieces -> Bool in
            change(&pieces)
            return true
        }
    }

    /// What of an item its deltas tell.
    private static func words(_ item: JSON) -> [String] {
        let pieces = (item["summary"]?.array ?? []) + (item["content"]?.array ?? [])
        return pieces.map { $0["text"]?.string ?? $0["refusal"]?.string ?? $0.text() }
            + [item["arguments"]?.string ?? item["input"]?.string ?? ""]
    }
}

extension JSON {
    func setting(_ key: String, _ value: JSON) -> JSON {
        var object = object ?? JSONObject()
        object[key] = value
        return .object(object)
    }
}
