import HTTPTypes
import OrderedJSON

/// What is told of threads, messages, branches and search.
enum DescribedThreads {
    static let operations = [
        Operation(.get, "/diwan/v1/threads", "The threads, as diwan list has them.", gives: Schema.page(thread))
            .asking(
                DescribedResponses.limit, DescribedResponses.after,
                .init("tag", Schema.text, "Only those with this tag."),
                .init("query", Schema.text, "Only those that this search finds."),
                .init("all", Schema.flag, "Archived ones and programs' too."),
                .init("programs", Schema.flag, "Programs' threads too."),
                .init("trash", Schema.flag, "Those in the trash.")),
        Operation(.get, "/diwan/v1/threads/{thread}", "One thread.", gives: thread),
        Operation(
            .patch, "/diwan/v1/threads/{thread}",
            "Changes its title (null takes it back), tags and marks.", gives: thread
        ).taking(
            Schema.object(
                maybe: [
                    "title": Schema.orNull(Schema.text), "tags": Schema.list(Schema.text), "pinned": Schema.flag,
                    "archived": Schema.flag, "trashed": Schema.flag,
                ], isClosed: true)),
        Operation(
            .get, "/diwan/v1/threads/{thread}/tree", "Every message, with what continues it.",
            gives: Schema.object([
                "object": Schema.constant("tree"), "thread": thread, "messages": Schema.list(message),
            ])
        ).asking(.init("trash", Schema.flag, "What is in the trash, too.")),
        Operation(
            .get, "/diwan/v1/threads/{thread}/path", "The messages that lead to its tip.",
            gives: Schema.object([
                "object": Schema.constant("path"), "thread": thread, "messages": Schema.list(message),
            ])
        ).asking(.init("to", Schema.text, "The message to which the path leads.")),
        Operation(.post, "/diwan/v1/threads/{thread}/tip", "Goes on from another message.", gives: thread)
            .taking(Schema.object(["message_id": Schema.text], isClosed: true)),
        Operation(.get, "/diwan/v1/messages/{message}", "One message.", gives: message),
        Operation(
            .get, "/diwan/v1/messages/{message}/why", "Why its last call sent what it sent.",
            gives: Schema.shape("Why")),
        Operation(.post, "/diwan/v1/messages/{message}/labels", "Names it, and with it its branch.", gives: message)
            .taking(Schema.object(["label": Schema.text], isClosed: true)),
        Operation(
            .delete, "/diwan/v1/messages/{message}/labels/{label}", "Takes a label away.", gives: message),
        Operation(
            .post, "/diwan/v1/messages/{message}/fork", "Begins a thread with the path to it.", gives: thread
        ).taking(Schema.object(maybe: ["title": Schema.text], isClosed: true), isNeeded: false),
        Operation(
            .get, "/diwan/v1/search", "What was said, found: the language of diwan search.",
            gives: Schema.object([
                "object": Schema.constant("search"), "understood": Schema.text, "matched": Schema.integer,
                "ranked": Schema.orNull(Schema.integer), "looked_back_to": Schema.orNull(Schema.time),
                "relaxed": Schema.flag, "data": Schema.list(Schema.shape("Hit")), "has_more": Schema.flag,
            ])
        ).asking(
            .init("query", Schema.text, "What to look for."),
            .init("sort", Schema.word("relevance", "date")), DescribedResponses.limit,
            .init("offset", Schema.integer(0...900), "How many hits to leave out.")),
    ]

    private static let thread = Schema.shape("Thread")
    private static let message = Schema.shape("Message")
}
