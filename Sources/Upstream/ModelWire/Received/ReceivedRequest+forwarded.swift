import Conversations
import OrderedJSON

extension ReceivedRequest {
    /// The body for an upstream of the same dialect, where the program brought its whole conversation.
    ///
    /// Every value has the bytes that came, but for the model's name at the upstream and for `stream`, which the service
    /// decides: mostly an answer is journalled as it comes. State, keeping and metadata are the service's and stay here: a `responses`
    /// upstream is told not to store, another is told so where the program said so.
    package func forwarded(model: String, streams: Bool = true) -> [UInt8] {
        var ours: Set<String> = ["previous_response_id", "conversation", "background", "metadata"]
        if stores || dialect == .responses { ours.insert("store") }
        var json = JSONWriter(reservingCapacity: bytes.count + 128)
        json.beginObject()
        for member in BodyMembers(bytes) where !ours.contains(member.key) {
            switch member.key {
            case "model", "stream": continue
            case "stream_options" where dialect == .chat: continue
            default:
                json.key(member.key)
                json.raw(bytes[member.value])
            }
        }
        json.field("model", model)
        json.key("stream")
        json.bool(streams)
        if dialect == .chat, streams {
            var options = body["stream_options"]?.object ?? JSONObject()
            options["include_usage"] = true
            json.key("stream_options")
            json.value(.object(options))
        }
        if dialect == .responses {
            json.key("store")
            json.bool(false)
        }
        json.endObject()
        return json.takeBytes()
    }
}

/// The members of an object, each with the place of its value, in bytes that have been read as JSON before.
private struct BodyMembers: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var offset: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark and white space may stand before the brace.
        offset = (bytes.firstIndex(of: UInt8(ascii: "{")) ?? bytes.count) + 1
    }

    mutating func next() -> (key: String, value: Range<Int>)? {
        guard let name = nextValue(), bytes[name.lowerBound] == UInt8(ascii: "\""),
            let key = try? JSON(parsing: bytes[name]).string, let value = nextValue()
        else { return nil }
        return (key, value)
    }

    private mutating func nextValue() -> Range<Int>? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"): offset += 1
            case UInt8(ascii: "}"): return nil
            default:
                let start = offset
                var splitter = JSONSplitter()
                let length = bytes.withUnsafeBytes { all in
                    splitter.end(in: UnsafeRawBufferPointer(rebasing: all[start...]))
                }
                guard let length else { return nil }
                offset += length
                return start..<offset
            }
        }
        return nil
    }
}
