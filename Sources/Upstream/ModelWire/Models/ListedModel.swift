import OrderedJSON

/// A model as an upstream lists it.
package struct ListedModel: Sendable, Hashable {
    package var id: String
    /// The tokens its context holds, where the list says so.
    package var window: Int?
    package var ownedBy: String?
    /// When it came to be, in seconds since 1970, as the list has it.
    package var created: Int?

    package init(id: String, window: Int? = nil, ownedBy: String? = nil, created: Int? = nil) {
        self.id = id
        self.window = window
        self.ownedBy = ownedBy
        self.created = created
    }
}

extension ListedModel {
    /// Reads the answer to `GET /models`, in the order it lists them, each name once.
    ///
    /// OpenAI's form, `{"data":[{"id":…}]}`, and what others make of it: a bare array, `models` for `data`, `name` for
    /// `id`; the window under `context_length` (OpenRouter), `context_window` (Groq), `max_model_len` (vLLM),
    /// `max_context_length` (LM Studio, Mistral), `meta.n_ctx` (llama.cpp).
    ///
    /// - Throws: the fault the body holds, or `unreadable_answer`.
    package static func list(decoding bytes: [UInt8]) throws(WireFault) -> [ListedModel] {
        guard let body = try? JSON(parsing: bytes) else { throw .unreadable(bytes) }
        let entries = body.array ?? body["data"]?.array ?? body["models"]?.array
        guard let entries else {
            if WireFault.isPresent(in: body) { throw WireFault(httpStatus: nil, json: body) }
            throw .unreadable(bytes)
        }
        var models: [ListedModel] = []
        var known: Set<[UInt8]> = []
        for entry in entries {
            let id = entry.nonEmptyString ?? entry["id"]?.nonEmptyString ?? entry["name"]?.nonEmptyString
            guard let id, known.insert(Array(id.utf8)).inserted else { continue }
            models.append(
                ListedModel(
                    id: id, window: window(of: entry),
                    ownedBy: entry["owned_by"]?.nonEmptyString ?? entry["organization"]?.nonEmptyString,
                    created: entry["created"]?.count))
        }
        return models
    }

    /// What a server holds now comes before what the model could hold.
    private static func window(of entry: JSON) -> Int? {
        let candidates = [
            entry["loaded_context_length"], entry["meta"]?["n_ctx"], entry["context_length"], entry["context_window"],
            entry["max_model_len"], entry["max_context_length"], entry["meta"]?["n_ctx_train"],
            entry["top_provider"]?["context_length"],
        ]
        return candidates.lazy.compactMap { $0?.count }.first { $0 > 0 }
    }
}
