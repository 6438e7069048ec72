extension SearchQuery.Node {
    /// The same without groups of none and of one, and groups within groups of their kind; nil if nothing is left.
    var simplified: SearchQuery.Node? {
        switch self {
        case .all(let nodes):
            let inner = nodes.compactMap(\.simplified).flatMap { node in
                if case .all(let nodes) = node { nodes } else { [node] }
            }
            return inner.count > 1 ? .all(inner) : inner.first
        case .any(let nodes):
            let inner = nodes.compactMap(\.simplified).flatMap { node in
                if case .any(let nodes) = node { nodes } else { [node] }
            }
            return inner.count > 1 ? .any(inner) : inner.first
        case .not(let node):
            guard let inner = node.simplified else { return nil }
            if case .not(let twice) = inner { return twice }
            return .not(inner)
        default: return self
        }
    }
}
