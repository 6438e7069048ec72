package import Conversations

/// A page around its content: no script, nothing from the network, and a policy that says so to the browser.
package enum HTMLPage {
    /// - Parameter style: rules of this page besides those of every page.
    package static func beginning(title: String, style: String = "") -> String {
        """
        <!DOCTYPE html>
        <html lang="\(language)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <meta name="generator" content="Diwan">
        <title>\(HTMLText.escaped(title))</title>
        <style>
        \(HTMLStyle.css)\(style.isEmpty ? "" : "\n" + style)
        </style>
        </head>
        <body>

        """
    }

    package static let ending = "</body>\n</html>\n"

    /// Of the page's own words; every block of a conversation takes its direction from itself.
    private static let language = "en"

    /// A moment, for people and for programs.
    package static func time(_ moment: Timestamp) -> String {
        guard let text = moment.rfc3339 else { return "" }
        return "<time datetime=\"\(text)\">\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC</time>"
    }
}

/// The page that lists the threads of a folder.
package struct HTMLIndex {
    private var items = ""
    private var count = 0

    package init() {}

    /// - Parameter file: the page's name in the folder.
    package mutating func add(file: String, title: String?, messageCount: Int, activeAt: Timestamp) {
        count += 1
        let messages = messageCount == 1 ? "1 message" : "\(messageCount) messages"
        items += """
            <li><a href="\(HTMLText.escaped(file))" dir="auto">\(HTMLText.escaped(title ?? "(empty)"))</a>
            <p class="about">\(messages) · \(HTMLPage.time(activeAt))</p></li>

            """
    }

    package var page: [UInt8] {
        let title = count == 1 ? "1 conversation" : "\(count) conversations"
        return Array(
            "\(HTMLPage.beginning(title: title))<h1>\(title)</h1>\n<ol class=\"threads\">\n\(items)</ol>\n\(HTMLPage.ending)"
                .utf8)
    }
}
