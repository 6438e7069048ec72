/// Sixteen bits as a word that can be said: consonant, vowel, consonant, vowel, consonant.
enum Proquint {
    private static let consonants = Array("bdfghjklmnprstvz".utf8)
    private static let vowels = Array("aiou".utf8)

    static func word(of value: UInt16) -> String {
        let letters = [
            consonants[Int(value >> 12)], vowels[Int(value >> 10 & 3)], consonants[Int(value >> 6 & 15)],
            vowels[Int(value >> 4 & 3)], consonants[Int(value & 15)],
        ]
        return String(decoding: letters, as: UTF8.self)
    }

    static func value(of word: String) -> UInt16? {
        let letters = Array(word.utf8)
        guard letters.count == 5 else { return nil }
        var value: UInt16 = 0
        for (index, letter) in letters.enumerated() {
            let alphabet = index % 2 == 0 ? consonants : vowels
            guard let digit = alphabet.firstIndex(of: letter) else { return nil }
            value = value << (index % 2 == 0 ? 4 : 2) | UInt16(digit)
        }
        return value
    }
}
