import Conversations
import Foundation
import GRDB
import Testing

@testable import ConversationStorage

/// What people take for the same word finds each other, in the real index.
struct FindEachOtherTests {
    @Test(arguments: [
        // (written, looked for)
        ("مُحَمَّدٌ رَسُولٌ", "محمد"), ("محمد", "مُحَمَّدٌ"), ("أحمد في الإسكندرية", "احمد الاسكندريه"), ("مكتبـــة", "مكتبة"),
        ("والكتاب الجديد", "كتاب"), ("كتاب", "الكتاب"), ("على", "علي"),
        ("cafe\u{301}", "café"), ("café", "CAFE"), ("naïve", "nai\u{308}ve"), ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
        ("full", "ｆｕｌｌ"),
        ("Straße", "STRASSE"), ("Ёлка", "елка"), ("ΟΔΟΣ", "οδός"), ("İstanbul", "istanbul"),
        ("हिन्दी भाषा", "हिन्दी"), ("फ़िल्म", "फिल्म"), ("क़लम", "क\u{93C}लम"), ("१२३", "123"),
        ("that is 👍🏽 great", "👍"), ("a 👨‍👩‍👧 b", "👩"), ("👨‍👩‍👧", "👨‍👩‍👧"), ("love ❤️", "❤"), ("🇩🇪🇫🇷", "🇫🇷"),
        ("the snake_case name", "snake_case"), ("the snake_case name", "case"), ("snake_case", "snakeCase"),
        ("snakeCase", "snake_case"), ("fooBarBaz", "bar"), ("URLSession", "session"), ("wi-fi", "wifi"),
        ("com.example.app", "example"),
        ("e-mail", "email"), ("LLMs", "llm"), ("write C++ today", "c++"), ("C#", "C#"), ("main.swift", "main.swift"),
        ("今天天气很好", "天气"), ("今天天气很好", "好"), ("今天天气很好", "今"), ("今天天气很好", "天天气很"), ("第3章", "第3章"),
        ("カタカナ", "ｶﾀｶﾅ"), ("が", "か\u{3099}"), ("한국어를 배우다", "한국어"),
        ("한국어", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165}"),
        ("ภาษาไทยง่าย", "ไทย"), ("ภาษาไทยง่าย", "ย"), ("ภาษาไทยง่าย", "าย"), ("ຂ້ອຍຮັກ", "ຮັກ"), ("ខ្ញុំស្រលាញ់", "ស្រ"),
        ("မြန်မာ", "မြန်"),
        ("BSkyB的标清", "BSkyB的标清"), ("BSkyB的标清", "bskyb"), ("x² + y²", "x2"), ("٣ كتب", "3"),
        ("a well-known fact", "\"well known\""), ("the snake_case var", "\"the snake_case var\""),
        ("a YouTube video", "\"youtube video\""), ("中文 text", "\"文 text\""), ("text 中文", "\"text 中\""),
        ("prefixes", "pre*"),
        ("مكتبة", "مكتبـــة"), ("احمد", "أَحْمَد"), ("رسول", "رَسُولٌ"), ("إسلام", "اسلام"),
        ("हिन्दी", "हिन्दी भाषा OR हिन्दी"), ("फिल्म", "फ़िल्म"), ("ज\u{93C}मीन", "ज़मीन"), ("ज़मीन", "ज\u{93C}मीन"),
        ("123", "१२३"), ("வணக்கம்", "வணக்கம்"), ("কো", "ক\u{9C7}\u{9BE}"), ("ক\u{9C7}\u{9BE}", "কো"),
        ("ｓｎａｋｅ＿ｃａｓｅ", "snake"), ("ｶﾀｶﾅ", "カタカナ"), ("か\u{3099}", "が"), ("１２３", "123"),
        ("👍", "👍🏽"), ("❤", "❤️"), ("❤️", "❤"), ("family 👩‍👩‍👧‍👦!", "👦"), ("👍👍", "👍"),
        ("com.example.app", "com.example.app"), ("dotted.path", "path"), ("dotted.path", "dottedPath"),
        ("the kebab-case name", "kebab-case"), ("kebab-case", "kebabCase"), ("kebabCase", "kebab-case"),
        ("camelCase", "camel_case"), ("HTTPServer", "http"), ("snake_case", "SNAKE_CASE"), ("snake_case", "snake.case"),
        ("Ångström", "A\u{30A}ngstro\u{308}m"), ("A\u{30A}ngstro\u{308}m", "angstrom"), ("é", "e\u{301}"),
        ("e\u{301}", "é"),
        ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165}", "한국어"),
    ])
    func `what is written is found by`(written: String, looked: String) throws {
        #expect(try finds([written], looked) == [1], "\(MatchExpression(query(looked).root)?.text ?? "")")
    }

    @Test(arguments: [
        ("plain C code", "c++"), ("今天天气", "天今"), ("b a", "\"a b\""), ("中国文学", "中文"), ("one", "one -one"),
        ("two", "one two"),
        ("prose", "pre*"), ("ไทย", "ทยไ"),
    ])
    func `what is written is not found by`(written: String, looked: String) throws {
        #expect(try finds([written], looked).isEmpty)
    }

    @Test func `operators of the index are words`() throws {
        for text in ["NEAR(a b)", "text: x", "a AND", "NOT x", "{a} : b", "^first", "\"a\" + b", "col:x", "\"", "'"] {
            _ = try finds(["some text"], text)
        }
        #expect(try finds(["nothing NEAR here"], "NEAR") == [1])
    }

    @Test func `one row more than it knows harms no rank and an erased row leaves no token`() throws {
        let queue = try index(["one fish_bowl", "two 中文字 👨‍👩‍👧 الكتاب"])
        try queue.write { database in
            for (row, text) in [(1, "one fish_bowl"), (2, "two 中文字 👨‍👩‍👧 الكتاب")] {
                try database.execute(
                    sql: "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", arguments: [row, text])
            }
            try database.execute(sql: "CREATE VIRTUAL TABLE terms USING fts5vocab(words, row)")
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM terms") == 0)
        }
    }

    private func query(_ text: String) -> SearchQuery {
        SearchQuery(text, now: Timestamp(milliseconds: 0), calendar: Calendar(identifier: .gregorian))
    }

    private func index(_ texts: [String]) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { $0.add(tokenizer: DiwanTokenizer.self) }
        let queue = try DatabaseQueue(configuration: configuration)
        try queue.write { database in
            try database.execute(
                sql: "CREATE VIRTUAL TABLE words USING fts5(text, content = '', tokenize = '\(DiwanTokenizer.name)')")
            for (row, text) in texts.enumerated() {
                try database.execute(sql: "INSERT INTO words (rowid, text) VALUES (?, ?)", arguments: [row + 1, text])
            }
        }
        return queue
    }

    private func finds(_ texts: [String], _ looked: String) throws -> [Int] {
        let queue = try index(texts)
        guard let expression = MatchExpression(query(looked).root) else { return [] }
        return try queue.read { database in
            try Int.fetchAll(
                database, sql: "SELECT rowid FROM words WHERE words MATCH ?", arguments: [expression.text])
        }
    }
}
