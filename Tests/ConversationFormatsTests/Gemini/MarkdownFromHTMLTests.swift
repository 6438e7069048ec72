import Testing

@testable import ConversationFormats

@Suite struct MarkdownFromHTMLTests {
    @Test(arguments: [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("a <strong> b </strong>c <em>d</em> <code>e`f</code>", "a **b** c *d* ``e`f``"),
        ("<h2>Tides</h2>now", "## Tides\n\nnow"),
        ("<ul><li>one<li>two<ul><li>three</ul></ul>", "- one\n- two\n  - three"),
        ("<ol start=\"3\"><li><p>one</p><p>more</p></li><li>two</li></ol>", "3. one\n\n   more\n4. two"),
        ("<pre><code class=\"language-swift\">let a = 1 &lt; 2\n  b</code></pre>", "```swift\nlet a = 1 < 2\n  b\n```"),
        ("<pre>```\n</pre>", "````\n```\n````"),
        ("<table><tr><th>a<th>b</tr><tr><td>1|2<td><b>3</b></table>", "| a | b |\n| --- | --- |\n| 1\\|2 | **3** |"),
        ("<a href=\"https://p.test/?a=1&amp;b=2\">Port</a>", "[Port](https://p.test/?a=1&b=2)"),
        ("<blockquote><p>one</p><p>two</p></blockquote>", "> one\n>\n> two"),
        ("x &#x1F30A; &eacute;&nope; 1 < 2 &amp", "x 🌊 é&nope; 1 < 2 &amp"),
        ("<custom-thing>kept</custom-thing><script>dropped()</script> words", "kept words"),
        ("<b><p>block inside</p></b>", "block inside"),
        ("  <p>  </p>\r\n", ""),
    ])
    func `the elements of answers become Markdown`(html: String, markdown: String) {
        #expect(MarkdownFromHTML.text(of: html) == markdown)
    }

    @Test func `no word is lost, however deep it stands and however broken the tags are`() {
        let deep = String(repeating: "<div><span>", count: 50_000) + "word"
        #expect(MarkdownFromHTML.text(of: deep) == "word")
        #expect(MarkdownFromHTML.text(of: "<p>a<b>b</p>c</b></div></table>d").filter(\.isLetter) == "abcd")
        #expect(MarkdownFromHTML.text(of: "<a href='x") == "<a href='x")
    }
}
