/// Names one register: a field of a thing that may change, and for tags and labels which one.
package struct RegisterName: Hashable, Sendable {
    package let entity: [UInt8]
    package let field: String
    package let item: String

    package init(entity: [UInt8], field: String, item: String = "") {
        self.entity = entity
        self.field = field
        self.item = item
    }

    // By bytes: of strings Swift would take two spellings of one letter for the same, and SQLite would not.
    package static func == (left: RegisterName, right: RegisterName) -> Bool {
        left.entity == right.entity && left.field.utf8.elementsEqual(right.field.utf8)
            && left.item.utf8.elementsEqual(right.item.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(entity)
        for unit in field.utf8 { hasher.combine(unit) }
        hasher.combine(UInt8(0))
        for unit in item.utf8 { hasher.combine(unit) }
    }
}

/// The fields that travel, by their names on the wire. A device keeps one that it does not know.
package enum RegisterField {
    package static let title = "title"
    package static let tip = "tip"
    package static let model = "model"
    package static let upstream = "upstream"
    package static let instructions = "instructions"
    package static let settings = "settings"
    package static let metadata = "metadata"
    package static let origin = "origin"
    package static let created = "created"
    package static let pinned = "pinned"
    package static let archived = "archived"
    /// When a thread, a message or a call was put out of sight; no value: it is in sight.
    package static let trashed = "trashed"
    package static let tag = "tag"
    package static let label = "label"
}
