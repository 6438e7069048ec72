import Conversations
import TestSupport
import Testing

@testable import ConversationStorage

/// Random trees, kept beside a model that knows nothing of strands: each message and its parent.
struct StrandTests {
    private struct Model {
        var parents: [MessageID: MessageID?] = [:]
        var order: [MessageID] = []
        var words: [MessageID: String] = [:]

        func path(to end: MessageID) -> [MessageID] {
            var path = [end]
            while let last = path.last, let parent = parents[last] ?? nil { path.append(parent) }
            return path.reversed()
        }

        func subtree(of root: MessageID) -> Set<MessageID> {
            var found: Set<MessageID> = [root]
            for id in order where (parents[id] ?? nil).map({ found.contains($0) }) == true { found.insert(id) }
            return found
        }
    }

    @Test(arguments: 0..<12)
    func `a path by strands is the path by parents, whatever was written and erased`(_ seed: Int) async throws {
        try await TestVault.with { test in
            var random = SeededNumbers(seed: UInt64(seed) + 1)
            let threads = [try await test.newThread(), try await test.newThread()]
            var models = [Model(), Model()]
            // Some seeds make long runs, some make bushes.
            let goOn = [0.95, 0.8, 0.5, 0.2][seed % 4]
            for step in 0..<160 {
                let which = Int.random(in: 0...1, using: &random)
                let thread = threads[which]
                if step % 40 == 39, let victim = models[which].order.randomElement(using: &random) {
                    let gone = models[which].subtree(of: victim)
                    let receipt = try await test.vault.erase(messages: [victim])
                    #expect(receipt.messages == gone.count)
                    models[which].order.removeAll { gone.contains($0) }
                    for id in gone { models[which].parents[id] = nil }
                    continue
                }
                let last = models[which].order.last
                let parent: MessageID? =
                    Double.random(in: 0..<1, using: &random) < goOn
                    ? last
                    : Double.random(in: 0..<1, using: &random) < 0.1
                        ? nil : models[which].order.randomElement(using: &random)
                let words = "message \(step)"
                let id = try await test.append(words, after: parent, in: thread)
                models[which].parents[id] = .some(parent)
                models[which].order.append(id)
                models[which].words[id] = words
            }
            for (thread, model) in zip(threads, models) {
                for id in model.order {
                    let path = try await test.vault.path(to: id)
                    let expected = model.path(to: id)
                    #expect(path.map(\.id) == expected)
                    #expect(path.map(\.text) == expected.map { model.words[$0] })
                    #expect(path.map(\.position) == Array(0..<expected.count))
                    #expect(path.map(\.parentID) == [nil] + expected.dropLast())
                    let parent = model.parents[id] ?? nil
                    let siblings = model.order.filter { (model.parents[$0] ?? nil) == parent }
                    #expect(try await Set(test.vault.siblings(of: id)) == Set(siblings))
                }
                let all = try await test.vault.messages(of: thread)
                #expect(Set(all.map(\.id)) == Set(model.order))
                let leaves = model.order.filter { id in !model.parents.values.contains(id) }
                let found = try await test.vault.thread(thread)
                #expect(found.messageCount == model.order.count)
                #expect(found.branchCount == leaves.count)
            }
        }
    }

    @Test func `the first to continue a message is in its strand, and the others begin their own`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let root = try await test.append("root", after: nil, in: thread)
            let next = try await test.append("next", after: root, in: thread)
            let beside = try await test.append("beside", after: root, in: thread)
            let again = try await test.append("another beginning", after: nil, in: thread)
            let places = try await [test.row(of: root), test.row(of: next), test.row(of: beside), test.row(of: again)]
            #expect(places[1] == places[0] + 1)
            #expect(Set(places.map { $0 >> 24 }).count == 3)
            #expect(places.map { $0 & 0xFF_FFFF } == [0, 1, 1, 0])
            #expect(try await test.vault.siblings(of: next) == [next, beside])
            #expect(try await test.vault.siblings(of: again) == [root, again])
        }
    }

    @Test func `the same words after the same words have one lineage, and stay two messages`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let root = try await test.append("May I?", after: nil, in: thread)
            let one = try await test.append("Yes.", after: root, in: thread)
            let other = try await test.append(" Yes. ", after: root, in: thread)
            let (first, second) = (try await test.vault.message(one), try await test.vault.message(other))
            #expect(first.lineage == second.lineage)
            #expect(first.id != second.id)
            #expect(second.text == " Yes. ")
        }
    }
}
