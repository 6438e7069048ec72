import ConversationService

extension ModelLists {
    init(context: CommandContext, service: ThreadService) {
        self.init(service: service, configuration: context.settings)
    }
}
