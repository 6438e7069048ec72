import Testing

@testable import ConversationFormats

struct MarkdownHTMLTests {
    @Test(arguments: [
        ("# Title #", "<h3 dir=\"auto\">Title</h3>\n"),
        ("one\ntwo\n\nthree", "<p dir=\"auto\">one<br>\ntwo</p>\n<p dir=\"auto\">three</p>\n"),
        (
            "*a* **b** ~~c~~ `d`",
            "<p dir=\"auto\"><em>a</em> <strong>b</strong> <del>c</del> <code dir=\"ltr\">d</code></p>\n"
        ),
        (
            "- a\n- b\n  - c\n- d",
            "<ul dir=\"auto\">\n<li>a</li>\n<li><p>b</p>\n<ul>\n<li>c</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n"
        ),
        ("3. a\n4. b", "<ol start=\"3\" dir=\"auto\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        (
            "> a\n> > b\nc",
            "<blockquote dir=\"auto\">\n<p>a</p>\n<blockquote>\n<p>b<br>\nc</p>\n</blockquote>\n</blockquote>\n"
        ),
        ("---", "<hr>\n"),
        ("- [x] done", "<ul dir=\"auto\">\n<li class=\"task\"><span class=\"box\">☑</span>done</li>\n</ul>\n"),
        (
            "| a | b |\n|:--|--:|\n| 1 | 2 |",
            "<div class=\"table\" dir=\"auto\"><table>\n<tr><th>a</th><th class=\"end\">b</th></tr>\n<tr><td>1</td><td class=\"end\">2</td></tr>\n</table></div>\n"
        ),
        ("| a |\nb", "<p dir=\"auto\">| a |</p>\n<p dir=\"auto\">b</p>\n"),
        ("```\na < b\n```\nc", "<pre dir=\"ltr\"><code>a &lt; b\n</code></pre>\n<p dir=\"auto\">c</p>\n"),
        ("````\n```\nx\n```\n````", "<pre dir=\"ltr\"><code>```\nx\n```\n</code></pre>\n"),
        ("```unclosed", "<pre dir=\"ltr\" data-language=\"unclosed\"><code>\n</code></pre>\n"),
        ("", ""),
    ])
    func `Markdown becomes HTML`(text: String, html: String) {
        #expect(MarkdownHTML.html(of: text) == html)
    }

    @Test(arguments: [
        (
            "swift", "let a = \"x\" // c\nfunc b() -> Int { 0x1F }",
            "<span class=\"k\">let</span> a = <span class=\"s\">&quot;x&quot;</span> <span class=\"c\">// c</span>\n<span class=\"k\">func</span> b() -&gt; Int { <span class=\"n\">0x1F</span> }"
        ),
        (
            "python", "'''a\nb''' # c",
            "<span class=\"s\">&#39;&#39;&#39;a\nb&#39;&#39;&#39;</span> <span class=\"c\"># c</span>"
        ),
        (
            "sql", "SELECT 1 -- x",
            "<span class=\"k\">SELECT</span> <span class=\"n\">1</span> <span class=\"c\">-- x</span>"
        ),
        ("rust", "fn f<'a>() {}", "<span class=\"k\">fn</span> f&lt;&#39;a&gt;() {}"),
        ("bash", "echo don't $# # c", "echo don&#39;t $# <span class=\"c\"># c</span>"),
        ("c", "/* a\n", "<span class=\"c\">/* a\n</span>"),
        ("nothing", "let a", "let a"),
    ])
    func `code has its comments, strings, numbers and keywords told apart`(language: String, code: String, html: String)
    {
        #expect(CodeHighlighter.html(of: Array(code.unicodeScalars), language: language) == html)
    }

    @Test(arguments: [
        "*", "`", "[", "> ", "- ", "  ", "|", "#", "(", "<", "~~", "\\", "a\"", "[](", "![", "**a", "1. ",
    ])
    func `no repetition takes long`(mark: String) {
        let clock = ContinuousClock()
        let took = clock.measure {
            _ = MarkdownHTML.html(of: String(repeating: mark, count: 4_000))
            _ = MarkdownHTML.html(of: String(repeating: mark + "\n", count: 4_000))
            _ = MarkdownHTML.html(of: "```swift\n" + String(repeating: mark, count: 4_000))
        }
        #expect(took < .seconds(20), "\(mark): \(took)")
    }
}
