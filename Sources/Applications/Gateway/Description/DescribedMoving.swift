import ConversationFormats
import HTTPTypes
import OrderedJSON

/// What is told of import and export.
enum DescribedMoving {
    static let operations: [Operation] = {
        var importing = Operation(
            .post, "/diwan/v1/import", "Conversations from another program's file.",
            gives: Schema.object([
                "object": Schema.constant("import"), "id": Schema.orNull(Schema.text),
                "handle": Schema.orNull(Schema.text), "source": Schema.text, "dry_run": Schema.flag,
                "format": Schema.text, "threads": Schema.object(), "messages": Schema.object(),
                "calls": Schema.object(), "attachments": Schema.object(), "lost": Schema.list(Schema.object()),
                "degraded": Schema.list(Schema.object()), "skipped": Schema.list(Schema.object()),
                "stopped": Schema.flag,
            ])
        ).asking(
            .init("format", Schema.word(KnownReaders.names), "Where it is not recognized."),
            .init("name", Schema.text, "The file's name."),
            .init("dry_run", Schema.flag, "Reads everything and writes nothing."),
            .init("no_attachments", Schema.flag, "Leaves pictures and other files out."))
        importing.body = ("application/octet-stream", Schema.text, true)
        let exporting = Operation(.get, "/diwan/v1/export", "Threads, streamed.", gives: Schema.any)
            .asking(
                .init("format", Schema.word(KnownWriters.formats.map(\.rawValue)), "diwan if left out."),
                .init("thread", Schema.list(Schema.text), "Which; all if left out."),
                .init("query", Schema.text, "Those that this search finds."),
                .init("since", Schema.text, "Those that changed after an earlier export: its cursor."),
                .init("branches", Schema.flag, "Markdown: the other branches as well.")
            ).answering("application/jsonl", "text/markdown", "text/html", alsoJSON: false)
        return [importing, exporting]
    }()
}
