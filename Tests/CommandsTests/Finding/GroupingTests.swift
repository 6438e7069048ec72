import Testing

@testable import Commands

struct GroupingTests {
    @Test func `what has one key stands together, each where it first came`() {
        #expect(["b1", "a1", "b2", "c1", "a2"].grouped { $0.first } == [["b1", "b2"], ["a1", "a2"], ["c1"]])
        #expect([Int]().grouped { $0 }.isEmpty)
    }
}
