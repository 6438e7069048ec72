import TestSupport

/// Texts of many scripts, with marks, joiners and white space where they hurt.
struct RandomTexts {
    private static let pieces = [
        "word", "Wort", "don’t", "l'été", "l'e\u{301}te\u{301}", "\u{E9}", "e\u{301}", "3.14", "1,000", "snake_case",
        " ",
        "  ", "\n", "\r\n", "\t", "\u{A0}", "\u{3000}", ".", ",", "…", "—", "**", "`", "<b>", "日本語", "の", "カタカナ", "漢字，",
        "한국어", "ภาษาไทย", "น้ำ", "ພາສາ", "ខ្មែរ", "မြန်မာ", "العَرَبِيَّة", "می‌خواهم", "עִבְרִית", "हिन्दी", "தமிழ்", "русский",
        "Ελληνικά", "👩‍👩‍👧", "🇩🇪", "👍🏽", "\u{301}", "\u{200D}", "\u{FEFF}", "\u{202B}", "\u{0}", "𝒳", "x̧̢̛",
    ]

    var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func text(upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &numbers)).map { _ in
            Self.pieces.randomElement(using: &numbers) ?? ""
        }.joined()
    }

    /// The text with some pieces gone, doubled or changed.
    mutating func changed(_ text: String) -> String {
        var changed = ""
        for character in text {
            switch Int.random(in: 0..<12, using: &numbers) {
            case 0: continue
            case 1: changed += Self.pieces.randomElement(using: &numbers) ?? ""
            case 2: changed += String(character) + String(character)
            default: changed.append(character)
            }
        }
        return changed
    }
}
