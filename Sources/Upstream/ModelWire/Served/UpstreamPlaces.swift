import OrderedJSON

/// Which item an event of an upstream's Responses stream is about. Servers leave out its index, its id, or both.
struct UpstreamPlaces: Sendable {
    struct Place: Sendable {
        let outputIndex: Int?
        let id: String?
        let kind: String
        let choice: Int
        /// The item as the upstream opened it.
        var head = JSONObject()
        /// Where it stands in what goes out, once something of it has.
        var draft: Int?
        var isDone = false
    }

    private(set) var list: [Place] = []
    private var assignment: ChoiceAssignment

    init(choicesAsked: Int) {
        assignment = ChoiceAssignment(choicesAsked: choicesAsked)
    }

    subscript(position: Int) -> Place {
        get { list[position] }
        set { list[position] = newValue }
    }

    /// The item of an event, by its index, by its id, else the last of its kind that is open; nil where there is none yet.
    func find(_ event: JSON, item: JSONObject? = nil, kind: String? = nil) -> Int? {
        let id = item?["id"]?.nonEmptyString ?? event["item_id"]?.nonEmptyString
        if let index = event["output_index"]?.count { return list.lastIndex { $0.outputIndex == index } }
        if let id { return list.lastIndex { $0.id == id } }
        let kind = item?["type"]?.string ?? kind ?? "message"
        return list.lastIndex { !$0.isDone && $0.kind == kind }
    }

    /// The item of an event; a new one where there is none yet.
    mutating func position(_ event: JSON, item: JSONObject? = nil, kind: String? = nil) -> Int {
        if let found = find(event, item: item, kind: kind) { return found }
        let kind = item?["type"]?.string ?? kind ?? "message"
        list.append(
            Place(
                outputIndex: event["output_index"]?.count,
                id: item?["id"]?.nonEmptyString ?? event["item_id"]?.nonEmptyString, kind: kind,
                choice: assignment.choice(forItemThatIsMessage: kind == "message")))
        return list.count - 1
    }
}
