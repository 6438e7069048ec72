import Conversations
import OrderedJSON
import Testing

struct ContextPlanTests {
    static let plans: [ContextPlan] = [
        .whole(messageCount: 0, mode: .auto), .whole(messageCount: 5, mode: .full),
        ContextPlan(
            mode: .last(6),
            blocks: [
                ContextPlan.Block(positions: 0...3, isSent: false, reason: .old),
                ContextPlan.Block(positions: 4...4, isSent: true, reason: .kept),
                ContextPlan.Block(positions: 5...9, isSent: true, reason: .recent),
            ], window: 4096, estimatedTokens: 3000, continuesAnswer: true),
        ContextPlan(mode: .tokens(4000), blocks: [], window: nil, estimatedTokens: 0), ported,
    ]

    /// With rules, and a trait that a newer version knows.
    private static let ported: ContextPlan = {
        var plan = ContextPlan.whole(messageCount: 1, mode: .auto)
        plan.rules = RequestRules(version: 7, traits: [.noImages, TargetTrait("no_poetry")])
        return plan
    }()

    @Test func `a plan without rules is one from before they had a number`() throws {
        #expect(Self.plans[0].json["rules"] == nil && Self.plans[0].rules == .unversioned)
        #expect(Self.ported.json["rules"] == ["version": 7, "traits": ["no_images", "no_poetry"]])
    }

    @Test(arguments: plans)
    func `a plan comes back from its JSON`(_ plan: ContextPlan) throws {
        #expect(ContextPlan(json: try JSON(parsing: plan.json.text())) == plan)
    }

    @Test func `what is sent and what is left out are its blocks in order`() {
        #expect(Self.plans[2].sent == [4...4, 5...9])
        #expect(Self.plans[2].leftOut == [0...3])
        #expect(Self.plans[0].sent.isEmpty)
        #expect(Self.plans[1].sent == [0...4])
    }

    @Test(arguments: [
        "{}", "[]", "null", #"{"mode":"auto"}"#, #"{"mode":"most","blocks":[]}"#,
        #"{"mode":"auto","blocks":[{"from":3,"to":1,"sent":true,"reason":"fits"}]}"#,
        #"{"mode":"auto","blocks":[{"from":0,"to":1,"sent":true,"reason":"luck"}]}"#,
        #"{"mode":"auto","blocks":[{"from":0,"to":1,"reason":"fits"}]}"#,
    ])
    func `what is no plan is none`(_ json: String) throws {
        #expect(ContextPlan(json: try JSON(parsing: json)) == nil)
    }

    @Test(arguments: [
        ("auto", ContextMode.auto), ("full", .full), ("last:6", .last(6)), ("tokens:4000", .tokens(4000)),
        ("last:0", nil),
        ("last:-1", nil), ("last:", nil), ("last", nil), ("auto:1", nil), ("summary:1", nil), ("summary", .summary),
        ("", nil),
        ("last:1:2", nil),
    ])
    func `modes are read as people write them`(_ text: String, _ mode: ContextMode?) {
        #expect(ContextMode(text) == mode)
        if let mode { #expect(mode.description == text) }
    }
}
