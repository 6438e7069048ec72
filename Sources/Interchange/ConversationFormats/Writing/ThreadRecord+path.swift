import ConversationStorage
import Conversations

extension ThreadRecord {
    /// The messages from the beginning to the tip; without a tip, to the message that came last.
    var tipPath: [MessageRecord] { path(to: tipID ?? messages.last?.id) }

    /// The messages from the beginning to this one; none where it is not in the record.
    func path(to end: MessageID?) -> [MessageRecord] {
        // A record holds every message after its parent, so one pass backwards finds them all.
        var wanted = end
        var path: [MessageRecord] = []
        for message in messages.reversed() where message.id == wanted {
            path.append(message)
            wanted = message.parentID
        }
        return path.reversed()
    }

    /// The calls by their ids.
    var callsByID: [CallID: CallRecord] { Dictionary(calls.map { ($0.id, $0) }) { first, _ in first } }

    /// Says what a format that writes one path leaves out.
    func leaveOutBesides(_ path: [MessageRecord], of sink: any ExportSink) {
        let beside = messages.count - path.count
        if beside > 0 { sink.leaveOut("messages on other branches than the tip's", count: beside) }
    }
}
