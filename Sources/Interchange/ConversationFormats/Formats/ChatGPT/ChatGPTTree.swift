import OrderedJSON

/// A conversation's `mapping`: nodes by id, each with its parent, most with a message.
///
/// The links are taken as they are, circles and missing nodes included. A node that names no parent has the one that
/// names it as a child.
struct ChatGPTTree {
    struct Node {
        let id: String
        let parent: String?
        /// Nil for the nodes that only hold the tree together.
        let message: JSONObject?
        /// Whether there was something for a message that is none.
        let isDamaged: Bool
    }

    let nodes: [Node]
    /// What is named as a parent or a child and is not in the tree.
    let missing: [String]
    private let places: [String: Int]

    /// The tree of `mapping`; nil where it is neither an object of nodes nor a list of them.
    init?(_ mapping: JSON?) {
        let entries: [(id: String, node: JSON)]
        switch mapping {
        case .object(let object): entries = object.map { ($0.key, $0.value) }
        case .array(let array): entries = array.enumerated().map { ($1["id"]?.words ?? "node-\($0)", $1) }
        default: return nil
        }
        var parents: [String: String] = [:]
        for entry in entries {
            for child in entry.node["children"]?.array ?? [] {
                if let child = child.string, parents[child] == nil { parents[child] = entry.id }
            }
        }
        nodes = entries.map { entry in
            let message = entry.node["message"]
            let parent = entry.node["parent"]?.words ?? parents[entry.id]
            return Node(
                id: entry.id, parent: parent == entry.id ? nil : parent, message: message?.object,
                // A root holds null. Anything else without a message had one.
                isDamaged: message?.object == nil && !(message?.isNull == true && parent == nil))
        }
        let places = Dictionary(nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let named = Set(parents.keys).union(nodes.compactMap(\.parent))
        missing = named.filter { places[$0] == nil }.sorted()
        self.places = places
    }

    func place(of id: String) -> Int? { places[id] }

    /// What the node at `place` continues: its nearest ancestor that is kept, by its id; nil where there is none.
    ///
    /// A parent that is not in the tree is given as it is named.
    func ancestor(of place: Int, where isKept: (Int) -> Bool) -> String? {
        var next = nodes[place].parent
        // No way up is longer than the tree, unless it goes in a circle.
        for _ in 0..<nodes.count {
            guard let id = next else { return nil }
            guard let place = places[id] else { return id }
            if isKept(place) { return id }
            next = nodes[place].parent
        }
        return nil
    }

    /// The places of the nodes above the one at `place`, nearest first, at most `limit`.
    func ancestors(of place: Int, limit: Int) -> [Int] {
        var found: [Int] = []
        var next = nodes[place].parent
        while found.count < limit, let id = next, let place = places[id] {
            found.append(place)
            next = nodes[place].parent
        }
        return found
    }
}
