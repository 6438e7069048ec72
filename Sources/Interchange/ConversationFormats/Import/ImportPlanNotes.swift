/// What had to be decided about a conversation.
struct ImportPlanNotes {
    private let place: String?
    private(set) var all: [ImportNote] = []

    init(_ conversation: ForeignConversation) {
        place = conversation.shownTitle ?? conversation.id
    }

    private mutating func add(_ what: String, times: Int = 1) {
        for _ in 0..<times { all.append(ImportNote(.degraded, what, at: place)) }
    }

    mutating func add(_ tree: ForeignTree, _ dates: ImportedDates) {
        add("message whose parent is not in the file: it continues the one before it", times: tree.orphans.count)
        add(
            "messages that continue each other in a circle: the first of them begins a branch",
            times: tree.circles.count)
        add("message with the id of another: both are kept", times: tree.duplicates.count)
        if dates.isUnknown { add("conversation without any date: it has the day of the import") }
    }

    mutating func addMissingTip() {
        add("conversation whose current message is not in the file: it goes on from its newest")
    }
}
