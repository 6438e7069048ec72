import ConversationService
import Conversations
import OrderedJSON
import Testing

@testable import Commands

struct MessageTreeTests {
    private let thread = ThreadID(at: Timestamp(milliseconds: 0))

    private func message(
        _ second: Int64, after parent: Message? = nil, trashed: Bool = false, created: Int64? = nil
    ) -> Message {
        Message(
            id: MessageID(at: Timestamp(milliseconds: second)), threadID: thread, parentID: parent?.id,
            position: parent.map { $0.position + 1 } ?? 0, lineage: .beginning, role: .user,
            parts: [.text("\(second)")],
            createdAt: Timestamp(milliseconds: created ?? second),
            trashedAt: trashed ? Timestamp(milliseconds: 99) : nil)
    }

    private func chatThread(tip: Message?) -> ChatThread {
        ChatThread(
            id: thread, handle: "k3f9", title: nil, titleIsGiven: false, instructions: nil, model: nil, upstream: nil,
            tipID: tip?.id, origin: nil, tags: [], messageCount: 0, branchCount: 0,
            createdAt: Timestamp(milliseconds: 0), activeAt: Timestamp(milliseconds: 0), pinnedAt: nil,
            archivedAt: nil, trashedAt: nil)
    }

    @Test func `siblings stand in the order of their dates, not of their rows`() {
        let first = message(1)
        let late = message(2, after: first, created: 20)
        let early = message(3, after: first, created: 10)
        let tree = MessageTree([first, late, early], showsTrash: false)
        #expect(tree.children[0] == [2, 1])
        #expect(tree.siblingNumbers == [1, 2, 1])
    }

    @Test func `what continues a message in the trash is out of sight with it`() {
        let first = message(1)
        let gone = message(2, after: first, trashed: true)
        let after = message(3, after: gone)
        let stays = message(4, after: first)
        let all = [first, gone, after, stays]
        let tree = MessageTree(all, showsTrash: false)
        #expect(tree.messages.map(\.id) == [first.id, stays.id])
        #expect(tree.place(of: after.id) == nil)
        #expect(MessageTree(all, showsTrash: true).messages.count == 4)
    }

    @Test func `the trash does not renumber the siblings that stay`() {
        let first = message(1)
        let gone = message(2, after: first, trashed: true)
        let stays = message(3, after: first)
        let tree = MessageTree([first, gone, stays], showsTrash: false)
        #expect(tree.siblingNumbers[1] == 2)
    }

    @Test func `addresses are positions on the tip's path, numbers beside it, handles beyond`() {
        let first = message(1)
        let answer = message(2, after: first)
        let other = message(3, after: first)
        let far = message(4, after: other)
        let tree = MessageTree([first, answer, other, far], showsTrash: false)
        let tip = tree.place(of: answer.id)!
        let addresses = tree.addresses(in: chatThread(tip: answer), tipPath: Set(tree.path(to: tip))) { _ in "x7kq" }
        #expect(addresses == ["k3f9/1", "k3f9/2", "k3f9/2.2", "k3f9/x7kq"])
    }

    @Test func `a branch's end follows what came last, and its continuations are counted`() {
        let first = message(1)
        let left = message(2, after: first)
        let right = message(3, after: first)
        let end = message(4, after: right)
        let tree = MessageTree([first, left, right, end], showsTrash: false)
        #expect(tree.end(from: 0) == 3)
        #expect(tree.end(from: 1) == 1)
        #expect(tree.continuationCount(of: 0) == 3)
        #expect(tree.path(to: 3) == [0, 2, 3])
    }

    @Test func `the JSON of a tree names every message's children`() {
        let first = message(1)
        let left = message(2, after: first)
        let right = message(3, after: first)
        let tree = MessageTree([first, left, right], showsTrash: false)
        let placed = tree.messages.map { PlacedMessage(message: $0, address: "a", isOnTipPath: false, labels: []) }
        let json = PlacedTree(thread: chatThread(tip: right), tree: tree, messages: placed).json
        #expect(json["object"]?.string == "tree")
        #expect(json["thread"]?["handle"]?.string == "k3f9")
        #expect(json["messages"]?[0]?["children"]?.array?.map(\.string) == [left.id.description, right.id.description])
        #expect(json["messages"]?[1]?["children"]?.array?.isEmpty == true)
    }
}
