import Conversations
import SyncProtocol

/// What must hold once everybody has heard everything. Each broken guarantee is a line for a person.
struct Oracle {
    static func check(_ world: World, isHonest: Bool) -> [String] {
        var broken: [String] = []
        let journals = world.devices.map(\.journal)
        guard let first = journals.first else { return [] }
        let everything = journals.reduce(into: Set<MemoryJournal.Said>()) { $0.formUnion($1.said) }
        var model = MergedState()
        for said in everything.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            guard let record = try? Record(encoded: said.bytes) else { continue }
            model.insert(record, of: said.log)
        }
        for (index, journal) in journals.enumerated() {
            if journal.digest != first.digest { broken.append("device \(index) holds other records than device 0") }
            if journal.merged != model { broken.append("device \(index) is in another state than its records come to") }
            let lost = journal.wrote.filter { said in
                guard let record = try? Record(encoded: said.bytes) else { return true }
                return !everything.contains(said)
                    || journals.contains { !$0.said.contains(said) && !isGone(record, model) }
            }
            if !lost.isEmpty { broken.append("\(lost.count) records of device \(index) did not reach everybody") }
            if !journal.said.isSubset(of: world.everWritten) {
                broken.append("device \(index) believes what nobody wrote")
            }
            for (name, log) in journal.logs where log.records.count != Int(world.hub.logs[name]?.head.sequence ?? 0) {
                broken.append("the hub does not hold a log of device \(index)'s as it is")
            }
            let lies = journal.state.alarms.filter(\.isLie)
            if isHonest, !lies.isEmpty { broken.append("device \(index) takes an honest hub for a liar: \(lies)") }
            if !journal.state.purgesToPush.isEmpty {
                broken.append("device \(index) has purges that the hub does not know")
            }
        }
        if world.hub.holdsPurged { broken.append("the hub still holds what was purged") }
        return broken
    }

    private static func isGone(_ record: Record, _ model: MergedState) -> Bool { model.purged.contains(record.entity) }
}
