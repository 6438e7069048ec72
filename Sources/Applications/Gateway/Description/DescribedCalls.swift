import ConversationStorage
import HTTPTypes

/// What is told of calls, replays, comparisons, usage and drift.
enum DescribedCalls {
    static let operations = [
        Operation(.get, "/diwan/v1/calls", "The calls, newest first.", gives: Schema.page(call))
            .asking(
                DescribedResponses.limit, DescribedResponses.after, thread,
                .init("status", Schema.word("running", "failed"))),
        Operation(.get, "/diwan/v1/calls/{call}", "One call.", gives: call),
        Operation(.get, "/diwan/v1/calls/{call}/why", "Why it sent what it sent.", gives: Schema.shape("Why")),
        Operation(.get, "/diwan/v1/calls/{call}/request", "Its request as it was sent.", gives: Schema.any),
        Operation(.get, "/diwan/v1/calls/{call}/response", "Its answer as it came.", gives: Schema.any),
        Operation(.get, "/diwan/v1/replays", "What was asked again.", gives: Schema.page(Schema.shape("Replay")))
            .asking(DescribedResponses.limit, DescribedResponses.after, thread),
        Operation(.get, "/diwan/v1/replays/{replay}", "One replay.", gives: Schema.shape("Replay")),
        Operation(
            .get, "/diwan/v1/replays/{replay}/arms", "Its arms.", gives: Schema.page(Schema.shape("Arm"))),
        Operation(
            .get, "/diwan/v1/compare/{of}", "Answers of a replay, a thread or a message, side by side.",
            gives: Schema.object([
                "object": Schema.constant("compare"), "of": Schema.word("replay", "thread", "message"),
                "id": Schema.text, "handle": Schema.text, "threads": Schema.list(Schema.object()),
                "judge": Schema.orNull(Schema.object()), "arms": Schema.list(Schema.object()),
                "turns": Schema.list(Schema.object()),
            ])),
        Operation(
            .get, "/diwan/v1/usage", "What calls took and cost.",
            gives: Schema.object([
                "object": Schema.constant("usage"), "by": Schema.text, "from_at": Schema.orNull(Schema.time),
                "up_to_at": Schema.orNull(Schema.time), "time_zone": Schema.text,
                "groups": Schema.list(Schema.object()), "total": Schema.object(),
                "prices": Schema.list(Schema.object()), "unpriced": Schema.list(Schema.object()),
            ])
        ).asking(
            .init("by", Schema.word(UsageGrouping.allCases.map(\.rawValue))),
            .init("when", Schema.text, "As 2026, 2026-03, today, last:7d."), .init("since"), .init("until"),
            .init("query", Schema.text, "Only threads that this search finds.")),
        Operation(
            .get, "/diwan/v1/drift", "What answered under each model's name, and when that changed.",
            gives: Schema.page(
                Schema.object([
                    "object": Schema.constant("drift"), "id": Schema.text, "upstream": Schema.text,
                    "model": Schema.text, "calls": Schema.integer, "configurations": Schema.list(Schema.object()),
                    "changes": Schema.list(Schema.object()),
                ]))
        ).asking(DescribedResponses.limit, DescribedResponses.after, .init("model")),
    ]

    private static let call = Schema.shape("Call")
    private static let thread = Operation.Field("thread", Schema.text, "Only those of this thread.")
}
