import HTTPTypes

/// What is told of OpenAI's Conversations.
enum DescribedConversations {
    static let operations = [
        Operation(.post, "/v1/conversations", "Begins a conversation.", gives: conversation)
            .taking(
                Schema.object(maybe: ["metadata": metadata, "items": Schema.orNull(items)]), isNeeded: false),
        Operation(.get, "/v1/conversations", "The conversations.", gives: Schema.page(conversation))
            .asking(
                DescribedResponses.limit, DescribedResponses.order, DescribedResponses.after,
                .init("query", Schema.text, "Only those that this search finds.")),
        Operation(.get, "/v1/conversations/{id}", "One conversation.", gives: conversation),
        Operation(.post, "/v1/conversations/{id}", "Changes what is noted with it.", gives: conversation)
            .taking(Schema.object(["metadata": metadata])),
        Operation(.delete, "/v1/conversations/{id}", "Puts it into the trash.", gives: Schema.shape("Deleted")),
        Operation(.post, "/v1/conversations/{id}/items", "Adds items to its end.", gives: page)
            .taking(Schema.object(["items": Schema.list(Schema.shape("InputItem"), atLeast: 1, atMost: 20)])),
        Operation(.get, "/v1/conversations/{id}/items", "Its items.", gives: page)
            .asking(DescribedResponses.limit, DescribedResponses.order, DescribedResponses.after),
        Operation(.get, "/v1/conversations/{id}/items/{item}", "One item.", gives: Schema.shape("Item")),
        Operation(.delete, "/v1/conversations/{id}/items/{item}", "Takes an item out.", gives: conversation),
    ]

    private static let conversation = Schema.shape("Conversation")
    private static let metadata = Schema.orNull(Schema.shape("Metadata"))
    private static let items = Schema.list(Schema.shape("InputItem"), atMost: 20)
    private static let page = Schema.page(Schema.shape("Item"))
}
