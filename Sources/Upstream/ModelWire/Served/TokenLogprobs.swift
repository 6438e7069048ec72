import OrderedJSON

/// Log probabilities, brought from one API's form into the other's: chat lets a token go without its bytes, the
/// Responses API does not.
enum TokenLogprobs {
    static func response(_ logprob: JSON) -> JSON {
        completed(logprob, bytes: [])
    }

    static func chat(_ logprob: JSON) -> JSON {
        completed(logprob, bytes: .null)
    }

    private static func completed(_ logprob: JSON, bytes: JSON, isTop: Bool = false) -> JSON {
        guard var object = logprob.object else { return logprob }
        if object["bytes"]?.array == nil { object["bytes"] = bytes }
        if !isTop {
            object["top_logprobs"] = .array(
                (object["top_logprobs"]?.array ?? []).map { completed($0, bytes: bytes, isTop: true) })
        }
        return .object(object)
    }
}

/// Where the words of an answer are from, brought from one API's form into the other's.
enum Citations {
    /// `{"type":"url_citation","url_citation":{…}}` with the inner members moved up.
    static func response(_ annotation: JSON) -> JSON {
        guard let type = annotation["type"]?.string, let inner = annotation[type]?.object else { return annotation }
        var flat: JSONObject = ["type": .string(type)]
        for (key, value) in inner { flat[key] = value }
        return .object(flat)
    }

    /// An annotation with its members in a member named like its type.
    static func chat(_ annotation: JSON) -> JSON {
        guard let object = annotation.object, let type = object["type"]?.string, object[type] == nil else {
            return annotation
        }
        var inner = JSONObject()
        for (key, value) in object where key != "type" { inner[key] = value }
        return .object(["type": .string(type), type: .object(inner)])
    }
}
