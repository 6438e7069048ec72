import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import ConversationFormats

struct HTMLSafetyTests {
    private func page(_ texts: [String]) async throws -> String {
        try await WrittenDocument.of([plainThread(texts)], HTMLWriter()).text
    }

    /// What of a page is not of its own: everything but its head.
    private func body(_ page: String) -> Substring {
        page[(page.firstRange(of: "<body>")?.upperBound ?? page.startIndex)...]
    }

    @Test(arguments: [
        "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style><style>body{}</style>",
        "# <b>x</b>", "- <iframe src='https://a.b'>", "> <svg/onload=1>", "| <i> | b |\n|---|---|\n| <u> | 2 |",
        "```html\n</code></pre><script>x</script>\n```", "```\"><script>\nx\n```", "`<script>`", "**<script>**",
        "[<script>](https://a.b)", "[x](<https://a.b/\"><script>)", "<!-- x -->", "&lt;script&gt;",
        "<https://a.b/<script>>",
        "![<script>](https://a.b/x.png)", "https://a.b/\"onmouseover=alert(1)", "https://a.b/'><script>",
    ])
    func `nothing of a message is markup`(text: String) async throws {
        let whole = try await page([text, text])
        let page = String(body(whole))
        for tag in ["<script", "<img", "<iframe", "<svg", "<style", "<b>", "<u>", "<i>"] {
            #expect(!page.contains(tag), "\(page)")
        }
        // An attribute begins after white space inside of a tag: none of ours is named on…
        #expect(page.firstMatch(of: #/<[a-z][^>]*\son[a-z]+=/#) == nil, "\(page)")
        #expect(Self.isBalanced(whole), "\(page)")
    }

    @Test(arguments: [
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>)", "[x](vbscript:x)",
        "<javascript:alert(1)>", "[x](java\tscript:alert(1))", "[x](//a.b)", "[x](file:///etc/passwd)",
        "![x](javascript:1)",
        "[x](&#106;avascript:alert(1))", "[x](\u{1}javascript:1)", "[x](https:)",
    ])
    func `a link leads to the web or a mailbox, or is none`(text: String) async throws {
        #expect(!body(try await page([text])).contains("href"))
    }

    @Test func `links that are allowed are links`() async throws {
        let page = try await page([
            "[a](https://a.b/c?d=1&e=2) <mailto:x@y.z> http://plain.example/path, and (https://p.q/r_(s))."
        ])
        #expect(page.contains("<a href=\"https://a.b/c?d=1&amp;e=2\" rel=\"noopener noreferrer\">a</a>"))
        #expect(page.contains("href=\"mailto:x@y.z\""))
        #expect(page.contains("<a href=\"http://plain.example/path\""))
        #expect(page.contains("<a href=\"https://p.q/r_(s)\""))
    }

    @Test func `a page asks nothing of the network`() async throws {
        let page = try await page(["![a](https://a.b/c.png)", "x"])
        #expect(page.contains("default-src 'none'"))
        #expect(page.firstMatch(of: #/(src|srcset|action|data)="https?:/#) == nil)
        #expect(!page.contains("url(") && !page.contains("@import") && !page.contains("<link"))
    }

    @Test func `titles, names, models and roles are text too`() async throws {
        var thread = plainThread(["a", "b"])
        thread.title = "</title><script>"
        thread.model = "<script>"
        thread.tags = ["<script>"]
        thread.instructions = "<script>"
        thread.messages[0].role = Role("<script>")
        thread.messages[1].parts = [
            .toolCall(ToolCall(id: "1", name: "<script>", arguments: "<script>")),
            .toolResult(ToolResult(callID: "1", output: "</pre><script>")), .refusal("<script>"),
            .reasoning(Reasoning(text: "<script>")), .unknown(["a": "<script>"]),
            .image(MessageMedia(source: .url("javascript:1"), name: "\"><script>")),
            .file(MessageMedia(source: .fileID("1"), name: "<script>")),
        ]
        let text = try await WrittenDocument.of([thread], HTMLWriter()).text
        #expect(!text.contains("<script"))
        var index = HTMLIndex()
        index.add(file: "a\"><script>.html", title: "<script>", messageCount: 2, activeAt: thread.activeAt)
        #expect(!String(decoding: index.page, as: UTF8.self).contains("<script"))
    }

    @Test func `a media type cannot leave its attribute`() async throws {
        let bytes: [UInt8] = [1]
        let attachment = ExportedAttachment(digest: BlobDigest(of: bytes), mediaType: nil, bytes: bytes)
        var thread = plainThread(["a"])
        let media = MessageMedia(
            source: .blob(attachment.digest), mediaType: "image/png\"><script>", name: "\" onload=\"x")
        thread.messages[0].parts = [.image(media), .file(media), .audio(media)]
        let text = try await WrittenDocument.of([thread], HTMLWriter(), [attachment]).text
        #expect(!text.contains("<script") && !text.contains("\" onload"))
        #expect(text.contains("<img alt=\"&quot; onload=&quot;x\" src=\"data:image/png;base64,AQ==\">"))
    }

    @Test(arguments: [0, 150] as [UInt64])
    func `every page is balanced, whatever is in it`(seed: UInt64) async throws {
        for seed in seed..<seed + 150 {
            let thread = RandomThread(seed: seed)
            let page = try await WrittenDocument.of([thread.record], HTMLWriter(), thread.attachments).text
            #expect(Self.isBalanced(page), "seed \(seed)")
            for message in thread.record.messages { #expect(page.contains("id=\"m-\(message.id)\"")) }
        }
    }

    @Test func `strings that break programs are on the page as they are`() async throws {
        guard let folder = ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"],
            let text = try? String(contentsOfFile: folder + "/blns/blns.txt", encoding: .utf8)
        else { return }
        for line in text.split(separator: "\n") {
            let page = try await page([String(line)])
            #expect(Self.isBalanced(page), "\(line)")
            #expect(!body(page).contains("<script") && !body(page).contains("<img"), "\(line)")
        }
    }

    /// Whether every element that is opened is closed, in order.
    static func isBalanced(_ page: String) -> Bool {
        var open: [Substring] = []
        for tag in page.matches(of: #/<(\/?)([a-z][a-z0-9]*)(\s[^<>]*)?>/#.matchingSemantics(.unicodeScalar)) {
            if ["meta", "br", "hr", "img"].contains(tag.output.2) { continue }
            if tag.output.1.isEmpty {
                open.append(tag.output.2)
            } else if open.popLast() != tag.output.2 {
                return false
            }
        }
        return open.isEmpty
    }
}
