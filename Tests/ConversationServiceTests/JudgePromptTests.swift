import Conversations
import Testing

@testable import ConversationService

struct JudgePromptTests {
    @Test(arguments: [
        ("FIRST\nBecause.", Judgement.Verdict.original), ("second", .candidate), (" **Tie.**\n\nNo difference.", .tie),
        ("The first answer is better.", .unclear), ("", .unclear), ("FIRST and SECOND", .unclear), ("1", .unclear),
    ])
    func `a verdict is the one word that was asked for, or none`(reply: String, verdict: Judgement.Verdict) {
        #expect(JudgePrompt.verdict(in: reply, shownFirst: .original).verdict == verdict)
        let swapped: [Judgement.Verdict: Judgement.Verdict] = [.original: .candidate, .candidate: .original]
        #expect(JudgePrompt.verdict(in: reply, shownFirst: .candidate).verdict == swapped[verdict] ?? verdict)
    }

    @Test func `the reason is the line after it`() {
        #expect(
            JudgePrompt.verdict(in: "TIE\n\nBoth  say noon.\nMore.", shownFirst: .original).reason == "Both say noon.")
        #expect(JudgePrompt.verdict(in: "TIE", shownFirst: .original).reason == nil)
    }

    @Test func `only what was said in both orders counts, and where they disagree the order decided`() {
        let time = Timestamp(milliseconds: 0)
        func id() -> MessageID { MessageID(at: time) }
        let original = id()
        func judgement(
            _ candidate: MessageID, _ first: Judgement.Side, _ verdict: Judgement.Verdict, model: String = "j"
        ) -> Judgement {
            Judgement(
                originalID: original, candidateID: candidate, shownFirst: first, verdict: verdict, reason: nil,
                upstream: "u", model: model, callID: nil, createdAt: time)
        }
        let (won, swayed, once, anew) = (id(), id(), id(), id())
        let pairs = [won, swayed, once, anew].map {
            JudgedPair(
                originalID: original, candidateID: $0, history: [], question: nil, original: "a", candidate: "b")
        }
        let verdicts = Verdicts(
            [
                judgement(won, .original, .candidate), judgement(won, .candidate, .candidate),
                judgement(won, .original, .original, model: "other"),
                judgement(swayed, .original, .original), judgement(swayed, .candidate, .candidate),
                judgement(once, .original, .original),
                judgement(anew, .original, .tie), judgement(anew, .candidate, .tie),
                judgement(anew, .original, .original), judgement(anew, .candidate, .original),
            ], of: pairs, upstream: "u", model: "j")
        #expect(verdicts.ofCandidate == [won: .candidate, swayed: .tie, anew: .original])
    }
}
