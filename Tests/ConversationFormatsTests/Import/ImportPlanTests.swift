import ConversationStorage
import Conversations
import OrderedJSON
import TestSupport
import Testing

@testable import ConversationFormats

@Suite struct ImportPlanTests {
    private static let day = Timestamp(milliseconds: 1_750_000_000_000)

    private func planned(
        _ text: String, fileDate: Timestamp? = nil
    ) throws -> (record: ThreadRecord, notes: [ImportNote]) {
        var plan = ImportPlan(.chatgpt, fileDate: fileDate, importedAt: Self.day)
        return plan.thread(of: try ReadyReader.conversation(text))
    }

    private func words(_ record: ThreadRecord) -> [String] { record.messages.map(\.parts.text) }

    private func parents(_ record: ThreadRecord) -> [String: String] {
        let texts = Dictionary(uniqueKeysWithValues: record.messages.map { ($0.id, $0.parts.text) })
        return Dictionary(
            uniqueKeysWithValues: record.messages.map { ($0.parts.text, $0.parentID.flatMap { texts[$0] } ?? "") })
    }

    @Test func `identities are those of the origin, the same every time`() throws {
        let text = #"{"id":"c1","messages":[{"id":"m1","text":"a"},{"id":"m2","text":"b"}]}"#
        let (one, two) = (try planned(text).record, try planned(text).record)
        #expect(one == two)
        #expect(one.id == ThreadID(derivedFrom: ["thread", "chatgpt", "c1"]))
        #expect(one.messages[0].id == MessageID(derivedFrom: ["message", one.id.description, "m1"]))
        #expect(one.origin?["format"] == "chatgpt")
        #expect(one.origin?["id"] == "c1")
    }

    @Test func `parents come before their children, whatever the file's order`() throws {
        let (record, notes) = try planned(
            #"{"messages":[{"id":"c","text":"c","parent":"b"},{"id":"b","text":"b","parent":"a"},{"id":"a","text":"a","parent":null},{"id":"d","text":"d","parent":"a"}]}"#
        )
        #expect(words(record) == ["a", "b", "c", "d"])
        #expect(parents(record) == ["a": "", "b": "a", "c": "b", "d": "a"])
        #expect(notes.map(\.what) == ["conversation without any date: it has the day of the import"])
    }

    @Test func `siblings stand in the order of their dates`() throws {
        let (record, _) = try planned(
            #"{"messages":[{"id":"a","text":"a","parent":null,"at":1},{"id":"late","text":"late","parent":"a","at":9},{"id":"early","text":"early","parent":"a","at":5}]}"#
        )
        #expect(words(record) == ["a", "early", "late"])
    }

    @Test func `a parent that is not there is said and no message is lost`() throws {
        let (record, notes) = try planned(
            #"{"at":1,"messages":[{"id":"a","text":"a","parent":"gone"},{"id":"b","text":"b","parent":"gone too"}]}"#)
        #expect(parents(record) == ["a": "", "b": "a"])
        #expect(notes.map(\.severity) == [.degraded, .degraded])
    }

    @Test func `circles are broken at their first message`() throws {
        let (record, notes) = try planned(
            #"{"at":1,"messages":[{"id":"a","text":"a","parent":"c"},{"id":"b","text":"b","parent":"a"},{"id":"c","text":"c","parent":"b"},{"id":"d","text":"d","parent":"d"},{"id":"e","text":"e","parent":"c"}]}"#
        )
        #expect(parents(record) == ["a": "", "b": "a", "c": "b", "d": "", "e": "c"])
        #expect(notes.count == 2)
    }

    @Test func `two messages with one id are both kept and said`() throws {
        let (record, notes) = try planned(
            #"{"at":1,"messages":[{"id":"a","text":"one"},{"id":"a","text":"two"},{"id":"b","text":"three","parent":"a"}]}"#
        )
        #expect(Set(record.messages.map(\.id)).count == 3)
        #expect(parents(record)["three"] == "one")
        #expect(notes.map(\.what) == ["message with the id of another: both are kept"])
    }

    @Test func `the thread goes on from where the origin does, else from its newest leaf`() throws {
        let messages =
            #"[{"id":"a","text":"a","parent":null,"at":1},{"id":"b","text":"b","parent":"a","at":9},{"id":"c","text":"c","parent":"a","at":5}]"#
        func tip(_ current: String) throws -> (String?, Int) {
            let (record, notes) = try planned(#"{"messages":\#(messages)\#(current)}"#)
            return (record.messages.first { $0.id == record.tipID }?.parts.text, notes.count)
        }
        #expect(try tip(#","current":"c""#) == ("c", 0))
        #expect(try tip("") == ("b", 0))
        #expect(try tip(#","current":"gone""#) == ("b", 1))
        #expect(try planned(#"{"at":1,"messages":[]}"#).record.tipID == nil)
    }

    @Test func `a missing date is the nearest one known, and never that of the import while there is another`() throws {
        let text = #"{"messages":["a",{"text":"b","at":5},"c"]}"#
        #expect(try planned(text).record.messages.map(\.createdAt.milliseconds) == [5, 5, 5])
        let dated = try planned(#"{"at":3,"messages":["a",{"text":"b","at":5},"c"]}"#).record
        #expect(dated.messages.map(\.createdAt.milliseconds) == [3, 5, 5])
        #expect(dated.createdAt.milliseconds == 3)
        #expect(dated.activeAt.milliseconds == 5)
        let file = try planned(#"{"messages":["a"]}"#, fileDate: Timestamp(milliseconds: 7))
        #expect(file.record.createdAt.milliseconds == 7)
        #expect(file.notes == [])
        let none = try planned(#"{"messages":["a"]}"#)
        #expect(none.record.createdAt == Self.day)
        #expect(none.notes.count == 1)
    }

    @Test func `a title is the origin's, else the first line of the first question`() throws {
        #expect(try planned(#"{"title":"T","messages":["first\nsecond"]}"#).record.title == "T")
        #expect(try planned(#"{"title":" ","messages":["\nfirst\nsecond"]}"#).record.title == "first")
    }

    @Test func `messages of one call share it, each as one of its answers`() throws {
        let (record, _) = try planned(
            #"{"at":1,"messages":[{"id":"q","text":"q","parent":null},{"id":"a","text":"a","parent":"q","role":"assistant","model":"m","call":"r1"},{"id":"b","text":"b","parent":"q","role":"assistant","model":"m","call":"r1"},{"id":"c","text":"c","parent":"q","role":"assistant","model":"n"}]}"#
        )
        #expect(record.calls.map(\.modelReported) == ["m", "n"])
        #expect(record.calls.map(\.questionID) == [record.messages[0].id, record.messages[0].id])
        #expect(record.calls.map(\.upstream) == ["chatgpt", "chatgpt"])
        #expect(record.messages.map(\.choice) == [nil, 0, 1, 0])
        #expect(record.messages[1].callID == record.messages[2].callID)
    }

    @Test func `conversations and messages without ids are as many as there are, and the same again tomorrow`() throws {
        func all() throws -> [ThreadRecord] {
            var plan = ImportPlan(.sharegpt, fileDate: nil, importedAt: Self.day)
            return try [#"{"messages":["Yes.","Yes."]}"#, #"{"messages":["Yes.","Yes."]}"#, #"{"messages":["No."]}"#]
                .map { plan.thread(of: try ReadyReader.conversation($0)).record }
        }
        let threads = try all()
        #expect(Set(threads.map(\.id)).count == 3)
        #expect(Set(threads.flatMap(\.messages).map(\.id)).count == 5)
        #expect(try all() == threads)
    }

    @Test func `any tree at all comes out whole and in order`() throws {
        var random = SeededNumbers(seed: 3)
        for _ in 0..<300 {
            let count = Int.random(in: 0...12, using: &random)
            var conversation = ForeignConversation(id: "c")
            for _ in 0..<count {
                var message = ForeignMessage(role: .user, parts: [.text("x")])
                if Bool.random(using: &random) { message.id = "\(Int.random(in: 0...8, using: &random))" }
                switch Int.random(in: 0...3, using: &random) {
                case 0: message.parent = .none
                case 1: message.parent = .previous
                default: message.parent = .message("\(Int.random(in: 0...10, using: &random))")
                }
                conversation.messages.append(message)
            }
            var plan = ImportPlan(.chatgpt, fileDate: nil, importedAt: Self.day)
            let record = plan.thread(of: conversation).record
            #expect(record.messages.count == count)
            var seen: Set<MessageID> = []
            for message in record.messages {
                #expect(message.parentID.map { seen.contains($0) } ?? true)
                #expect(seen.insert(message.id).inserted)
            }
        }
    }
}
