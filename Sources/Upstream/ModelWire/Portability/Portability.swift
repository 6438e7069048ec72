import Conversations

/// Looks each thing up in the rules for one target, and keeps count of what they did: what is written and what is said
/// come from the same look.
struct Portability {
    let dialect: Dialect
    let rules: RequestRules
    /// The message that is being written.
    var position = -1
    private var met: [PortabilityKind: (count: Int, positions: [Int])] = [:]

    init(dialect: Dialect, rules: RequestRules) {
        self.dialect = dialect
        self.rules = rules
    }

    /// What is to be done with a thing of this kind in the message that is being written, or in one before it.
    mutating func treatment(_ kind: PortabilityKind, at position: Int? = nil) -> PortabilityRule.Treatment {
        guard let rule = PortabilityRule.of(kind, dialect, rules) else { return .kept }
        if rule.sentence != nil {
            let position = position ?? self.position
            met[kind, default: (0, [])].count += 1
            if met[kind]?.positions.last != position { met[kind]?.positions.append(position) }
        }
        return rule.treatment
    }

    /// Whether things of this kind are left out.
    mutating func leavesOut(_ kind: PortabilityKind, at position: Int? = nil) -> Bool {
        treatment(kind, at: position) == .leftOut
    }

    /// Whether things of this kind are brought into another form.
    mutating func translates(_ kind: PortabilityKind, at position: Int? = nil) -> Bool {
        treatment(kind, at: position) == .translated
    }

    /// What was lost so far, in the order of the rules.
    var losses: [PortabilityLoss] {
        PortabilityKind.allCases.compactMap { kind in
            guard let met = met[kind], let sentence = PortabilityRule.of(kind, dialect, rules)?.sentence else {
                return nil
            }
            return PortabilityLoss(
                kind: kind, count: met.count, positions: Array(Set(met.positions)).sorted(),
                sentence: met.count == 1 ? sentence.one : sentence.many.replacing("#", with: "\(met.count)"))
        }
    }
}
