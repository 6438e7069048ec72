import Conversations
import OrderedJSON

extension TokenUsage {
    /// The counts of a usage object in any of the shapes there are: OpenAI's two, Anthropic's, Ollama's.
    ///
    /// Anthropic counts what was read from its cache and written to it beside the input; here it is part of it, as it is
    /// everywhere else.
    init(foreign json: JSON?) {
        self.init()
        guard let json else { return }
        let read = json["cache_read_input_tokens"]?.int
        let written = json["cache_creation_input_tokens"]?.int
        input = json["prompt_tokens"]?.int ?? json["input_tokens"]?.int ?? json["prompt_eval_count"]?.int
        if let plain = input, json["prompt_tokens"] == nil, read != nil || written != nil {
            input = plain.addingClamped(read ?? 0).addingClamped(written ?? 0)
        }
        output = json["completion_tokens"]?.int ?? json["output_tokens"]?.int ?? json["eval_count"]?.int
        cached =
            json["prompt_tokens_details"]?["cached_tokens"]?.int ?? json["input_tokens_details"]?["cached_tokens"]?.int
            ?? json["cached_input_tokens"]?.int ?? read
        reasoning =
            json["completion_tokens_details"]?["reasoning_tokens"]?.int
            ?? json["output_tokens_details"]?["reasoning_tokens"]?.int ?? json["reasoning_output_tokens"]?.int
    }
}

extension Int {
    /// The sum, or the nearest number there is: a damaged file may hold any.
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? (other > 0 ? .max : .min) : sum
    }
}
