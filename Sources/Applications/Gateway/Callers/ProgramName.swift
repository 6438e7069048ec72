import Conversations

/// What a program that has no key of ours is called.
///
/// On this machine a key may be any word, so people use it to name their program. But a program may as well send a key
/// that opens something elsewhere: nothing that could be one is ever kept or shown.
enum ProgramName {
    /// - Parameters:
    ///   - key: what the program sent as its key.
    ///   - userAgent: its `User-Agent`.
    static func of(key: String?, userAgent: String?) -> String {
        if let key, isPlainWord(key) { return key.lowercased() }
        if let product = userAgent.flatMap(product(of:)) { return product }
        if let key, !key.isEmpty { return "key-" + KeyDigest(of: key).short }
        return "unnamed"
    }

    /// Words that programs send because they must send some key.
    private static let meaningless: Set<String> = [
        "", "x", "xx", "xxx", "key", "no-key", "no_key", "nokey", "none", "null", "nil", "empty", "dummy", "unused",
        "test", "token", "secret", "anything", "ignored", "not-needed", "not_needed", "notneeded", "placeholder",
        "apikey", "api-key", "api_key", "your-key",
    ]
    /// How keys of services begin.
    private static let keyBeginnings = [
        "sk", "pk", "rk", "gsk", "xai", "hf", "pplx", "platform", "key", "ghp", "gho", "glpat", "akia", "aiza", "eyj",
        "bearer", "diwan-",
    ]

    /// Letters and single dashes between them, few digits, no longer than a name, and not like the beginning of a key.
    static func isPlainWord(_ key: String) -> Bool {
        let word = key.lowercased()
        guard word.utf8.count <= 24, !meaningless.contains(word), word.utf8.first.map(isLetter) == true else {
            return false
        }
        for beginning in keyBeginnings where word.hasPrefix(beginning) {
            let rest = word.dropFirst(beginning.count)
            if rest.isEmpty || rest.first == "-" || rest.first == "_" || beginning.hasSuffix("-") { return false }
        }
        var digits = 0
        for byte in word.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case _ where isLetter(byte), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): break
            default: return false
            }
        }
        // A word has vowels; what was drawn by lot has long runs without one.
        let longestRun = word.split { "aeiouy-_.".contains($0) }.map(\.count).max() ?? 0
        return digits <= 3 && longestRun <= 5
    }

    /// `OpenAI/Python 3.54.0` is `openai`; `python-requests/2.31` is `python-requests`.
    private static func product(of userAgent: String) -> String? {
        let word = userAgent.prefix { $0 != "/" && $0 != " " }.lowercased()
        guard (2...32).contains(word.utf8.count), word != "mozilla", word.utf8.first.map(isLetter) == true,
            word.utf8.allSatisfy({
                isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E
            })
        else { return nil }
        return word
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
}
