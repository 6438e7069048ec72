import ConversationFormats
import Conversations
import OrderedJSON
import Testing

@Suite struct GeminiExportTests {
    @Test func `the fixture is read`() async throws {
        let reading = try await readFixture()
        #expect(
            reading.conversations.map(\.id) == [
                "0123456789abcdef", "activity:1777629660000", "activity:1777593599999", "activity:1777536000000",
            ])
        #expect(
            reading.conversations.map { $0.messages.map(\.text) } == [
                ["And tomorrow?", "Tomorrow: **06:20** & 18:41"], ["High tide in Brest?", "05:41\n\n(second chunk)"],
                ["привіт"], ["Created Gemini Canvas titled Tide sheet\nTide sheet"],
            ])
        #expect(reading.conversations[3].messages.map(\.role) == [.system])
        #expect(reading.conversations[1].messages[0].media.map(\.name) == ["quai.png"])
        #expect(
            reading.notes(.degraded).sorted() == [
                "activity that is no prompt, kept as a message of the system",
                "attachment whose bytes are not in the export",
                "prompt whose answer is not in the export",
            ])
    }

    @Test func `what belongs to one conversation is one thread, in the order of time`() async throws {
        let reading = try await read([
            activity("Prompted third", "2026-05-01T10:02:00.250Z", conversation: "a"),
            activity("Prompted other", "2026-05-01T10:01:30Z", conversation: "b"),
            activity("Prompted second", "2026-05-01T10:01:00Z", conversation: "a"),
            activity("Prompted alone", "2026-05-01T10:00:30Z"),
            activity("Prompted first", "2026-05-01T10:00:00Z", conversation: "a"),
        ])
        #expect(reading.conversations.map(\.id) == ["b", "activity:1777629630000", "a"])
        let grouped = try #require(reading.conversations.last)
        #expect(grouped.messages.map(\.text) == ["first", "answer", "second", "answer", "third", "answer"])
        #expect(grouped.messages.map(\.role) == [.user, .assistant, .user, .assistant, .user, .assistant])
        #expect(grouped.messages.last?.createdAt == Timestamp(milliseconds: 1_777_629_720_250))
        #expect(grouped.createdAt == Timestamp(milliseconds: 1_777_629_600_000))
        #expect(grouped.updatedAt == Timestamp(milliseconds: 1_777_629_720_250))
    }

    @Test func `files beside the list are attachments, whatever ending they were given`() async throws {
        let list = String(decoding: try ExportExpectations.fixture("gemini-a2.json"), as: UTF8.self)
        let source = ExportFiles([
            ("Takeout/My Activity/Gemini Apps/MyActivity.json", list),
            ("Takeout/My Activity/Gemini Apps/quai-1.jpg", "picture"), ("Takeout/NotebookLM/n.json", "{}"),
        ])
        #expect(GeminiReader.recognize(source) == .certain)
        let reading = try await ExportReading.of(source, with: GeminiReader())
        #expect(reading.kept.values.map { String(decoding: $0, as: UTF8.self) } == ["picture"])
        #expect(reading.notes(.skipped) == ["NotebookLM: its notebooks are no conversations"])
    }

    @Test func `the word for asking is learned from the file, in any language`() async throws {
        let words = ["ένα", "δύο: τρία", "τέσσερα"]
        let records = words.enumerated().map { index, words in
            activity("Ερώτηση προς το Gemini: \(words)", "2026-05-01T10:00:0\(index)Z")
        }
        let reading = try await read(records)
        #expect(reading.conversations.map { $0.messages[0].text } == words)
        #expect(!reading.notes(.degraded).contains { $0.hasPrefix("prompt that may begin") })
        let single = try await read([activity("Ερώτηση: ένα", "2026-05-01T10:00:00Z")])
        #expect(single.conversations[0].messages[0].text == "Ερώτηση: ένα")
        #expect(single.notes(.degraded).contains { $0.hasPrefix("prompt that may begin") })
    }

    @Test func `activity of other products is skipped`() async throws {
        let other: JSON = ["header": "Search", "title": "Searched for tides", "time": "2026-05-01T10:00:00Z"]
        let reading = try await read([other, activity("Prompted tides", "2026-05-01T10:00:01Z")])
        #expect(reading.conversations.count == 1)
        #expect(reading.notes(.skipped) == ["activity of another product of Google's"])
    }

    @Test func `two activities of one moment are two threads, the same ones the next time`() async throws {
        let records = ["a", "b"].map { activity("Prompted \($0)", "2026-05-01T10:00:00.5Z") }
        let reading = try await read(records)
        #expect(reading.conversations.map(\.id) == ["activity:1777629600500", "activity:1777629600500#2"])
        #expect(try await read(records).conversations == reading.conversations)
    }

    // MARK: - Pages

    @Test(arguments: [
        ("Apr 12, 2026, 3:34:31\u{202F}PM EDT", 1_776_022_471, true),
        ("10 de mai. de 2026, 04:12:31 BRT", 1_778_397_151, true), ("12.04.2026, 21:34:31 MESZ", 1_776_022_471, true),
        ("2026年6月20日 00:28:51 CST", 1_781_886_531, true), ("12 avr. 2026, 21:34:31 UTC+02:00", 1_776_022_471, true),
        ("2026-04-12T19:34:31Z", 1_776_022_471, true), ("2026. 4. 13. 오전 4:34:31 GMT+9", 1_776_022_471, true),
        ("Apr 12, 2026, 7:34:31 PM XYZ", 1_776_022_471, false),
    ])
    func `a page's dates are read in their languages`(line: String, seconds: Int, isZoneKnown: Bool) async throws {
        let reading = try await readPage("Prompted\u{A0}hello<br>\(line)<br><p>Answer</p>")
        let message = try #require(reading.conversations.first?.messages.first)
        #expect(message.text == "hello")
        #expect(message.createdAt?.milliseconds == Int64(seconds) * 1000)
        #expect(reading.notes(.degraded).isEmpty == isZoneKnown)
    }

    @Test func `a page is read as its list would be`() async throws {
        let reading = try await readPage(
            """
            Prompted <a href="https://gemini.google.com/app/abc123">Which harbour?<br>On May 1, 2026?</a><br>\
            Attached 1 file.<br>-&nbsp; <a href="quai-1.png">quai.png</a><br>May 1, 2026, 10:01:00 AM UTC<br>\
            <p>It is <b>Brest</b>.</p><p><img src="map-2.png" alt="a map"></p><br>
            """, files: [("quai-1.png", "picture"), ("map-2.png", "map")])
        let conversation = try #require(reading.conversations.first)
        #expect(conversation.id == "abc123")
        #expect(conversation.messages.map(\.text) == ["Which harbour?\nOn May 1, 2026?", "It is **Brest**.\n\na map"])
        #expect(conversation.messages.map { $0.media.map(\.name) } == [["quai.png"], ["map-2.png"]])
        #expect(reading.kept.count == 2)
        #expect(reading.notes.isEmpty)
    }

    @Test func `a page without a date that can be read keeps its words`() async throws {
        let reading = try await readPage("Prompted hello<br>soon<br><p>Answer</p>")
        #expect(
            reading.conversations.first?.messages.flatMap(\.allWords).joined(separator: "|") == "hello|soon\n\nAnswer")
        #expect(reading.notes(.degraded) == ["activity without a date"])
    }

    // MARK: - Workspace

    @Test func `a conversation in Workspace is read`() async throws {
        let json = """
            {"title":"Tides","creation_time":"2026-05-01T10:00:00Z","conversation_turns":[\
            {"user_turn":{"prompt":"High tide?"}},{"system_turn":{"text":[{"preamble":"Looking.","data":"05:41"}]}},\
            {"system_turn":{"other":1}}]}
            """
        let source = ExportFiles([("Takeout/Gemini in Workspace/conversation_12ab.txt", json)])
        #expect(GeminiReader.recognize(source) == .certain)
        let reading = try await ExportReading.of(source, with: GeminiReader())
        let conversation = try #require(reading.conversations.first)
        #expect(conversation.id == "workspace:conversation_12ab")
        #expect(conversation.title == "Tides")
        #expect(conversation.messages.map(\.text) == ["High tide?", "Looking.\n05:41"])
        #expect(reading.notes(.lost) == ["turn that cannot be read"])
    }

    // MARK: - Damage

    @Test func `whatever member is missing, no message is missing without a note`() async throws {
        try await DamagedExports.checkEveryRemoval(
            from: try ExportExpectations.fixture("gemini-a2.json"), named: "MyActivity.json", with: GeminiReader())
    }

    @Test func `cuts and turned bits never crash`() async throws {
        await DamagedExports.checkBrokenBytes(
            try ExportExpectations.fixture("gemini-a2.json"), named: "MyActivity.json", with: GeminiReader())
        await DamagedExports.checkBrokenBytes(
            Array(
                Self.page("Prompted hello<br>May 1, 2026, 10:01:00 AM UTC<br><ul><li>x<li><b>y</ul><pre>z</pre>").utf8),
            named: "MyActivity.html", with: GeminiReader())
    }

    // MARK: - Making

    private func readFixture() async throws -> ExportReading {
        let source = ExportFiles("MyActivity.json", try ExportExpectations.fixture("gemini-a2.json"))
        #expect(GeminiReader.recognize(source) == .certain)
        return try await ExportReading.of(source, with: GeminiReader())
    }

    private func activity(_ title: String, _ time: String, conversation: String? = nil) -> JSON {
        var record: JSONObject = [
            "header": "Gemini", "title": .string(title), "time": .string(time),
            "safeHtmlItem": [["html": "<p>answer</p>"]],
        ]
        if let conversation {
            record["details"] = [["name": "Conversation", "url": "https://gemini.google.com/app/\(conversation)"]]
        }
        return .object(record)
    }

    private func read(_ records: [JSON]) async throws -> ExportReading {
        try await ExportReading.of(
            ExportFiles("MyActivity.json", JSON.array(records).serialized()), with: GeminiReader())
    }

    private func readPage(_ cell: String, files: [(String, String)] = []) async throws -> ExportReading {
        let source = ExportFiles([("Minhaatividade.html", Self.page(cell))] + files)
        #expect(GeminiReader.recognize(source) == .certain)
        return try await ExportReading.of(source, with: GeminiReader())
    }

    private static func page(_ cell: String) -> String {
        """
        <!doctype html><html><head><title>My Activity History</title><style>.outer-cell{}</style></head><body>
        <div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid"><div class="header-cell \
        mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">Gemini Apps<br></p></div><div class="content-cell \
        mdl-cell mdl-cell--6-col mdl-typography--body-1">\(cell)</div><div class="content-cell mdl-cell mdl-cell--6-col \
        mdl-typography--body-1 mdl-typography--text-right"></div><div class="content-cell mdl-cell mdl-cell--12-col \
        mdl-typography--caption"><b>Products:</b><br>&emsp;Gemini Apps</div></div></div></body></html>
        """
    }
}
