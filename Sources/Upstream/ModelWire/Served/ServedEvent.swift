/// One event of a stream as it goes out.
package struct ServedEvent: Sendable, Hashable {
    /// Its number in the stream, from 0: the `sequence_number` of Responses events.
    package let sequence: Int
    /// `response.output_text.delta`, `chat.completion.chunk`, …
    package let type: String
    /// The JSON, on one line; `[DONE]` for the end of a chat stream.
    package let data: [UInt8]

    package init(sequence: Int, type: String, data: [UInt8]) {
        self.sequence = sequence
        self.type = type
        self.data = data
    }

    /// The event in the framing of server-sent events: `data` on one line, and before it the type, where it is named.
    ///
    /// Responses events are named under `/v1`, bare under the documented endpoint, as the live service sends them; chat
    /// chunks are always bare. Nothing but these two fields ever goes out: an `id` line breaks the SDKs' parsers.
    package func framed(named: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + (named ? type.utf8.count + 16 : 8))
        if named {
            bytes.append(contentsOf: "event: ".utf8)
            bytes.append(contentsOf: type.utf8)
            bytes.append(0x0A)
        }
        bytes.append(contentsOf: "data: ".utf8)
        bytes.append(contentsOf: data)
        bytes.append(0x0A)
        bytes.append(0x0A)
        return bytes
    }
}
