import ModelWire
import OrderedJSON

/// Puts a chat completion together from its chunks alone, and notes every break of the rules that SDKs hold a stream to.
struct ChunkAccumulator {
    struct Choice: Equatable {
        var text = ""
        var reasoning = ""
        var refusal = ""
        var calls: [Int: [String]] = [:]
        var reason: String?
    }

    private(set) var choices: [Int: Choice] = [:]
    private(set) var usage: JSON?
    private(set) var errors: [JSON] = []
    private(set) var faults: [String] = []
    private(set) var isDone = false
    private var id: String?

    mutating func receive(_ event: ServedEvent) {
        if isDone { faults.append("something after [DONE]") }
        if event.data == Array("[DONE]".utf8) {
            isDone = true
            return
        }
        guard let json = try? JSON(parsing: event.data) else { return faults.append("no JSON: \(event.data.text)") }
        if let error = json["error"] { return errors.append(error) }
        if json["object"]?.string != "chat.completion.chunk" { faults.append("another object") }
        if id == nil { id = json["id"]?.string }
        if json["id"]?.string != id { faults.append("another id") }
        if json["choices"]?.array?.isEmpty == true { usage = json["usage"] }
        for choice in json["choices"]?.array ?? [] { take(choice) }
    }

    private mutating func take(_ json: JSON) {
        guard let index = json["index"]?.int, let delta = json["delta"] else {
            return faults.append("no index or delta")
        }
        if choices[index] == nil {
            if delta["role"]?.string != "assistant" { faults.append("no role first") }
            choices[index] = Choice()
        }
        if choices[index]?.reason != nil { faults.append("choice \(index) goes on after its end") }
        choices[index]?.text += delta["content"]?.string ?? ""
        choices[index]?.reasoning += delta["reasoning_content"]?.string ?? delta["reasoning"]?.string ?? ""
        choices[index]?.refusal += delta["refusal"]?.string ?? ""
        for call in delta["tool_calls"]?.array ?? [] {
            guard let number = call["index"]?.int else { return faults.append("a call without a number") }
            let inner = call["function"] ?? call["custom"]
            let arguments = inner?["arguments"]?.string ?? inner?["input"]?.string ?? ""
            if choices[index]?.calls[number] == nil {
                guard let id = call["id"]?.string, let name = inner?["name"]?.string, call["type"] != nil else {
                    return faults.append("a call begins without id or name: \(call.text())")
                }
                choices[index]?.calls[number] = [id, name, arguments]
            } else {
                choices[index]?.calls[number]?[2] += arguments
            }
        }
        if let reason = json["finish_reason"]?.string { choices[index]?.reason = reason }
    }
}
