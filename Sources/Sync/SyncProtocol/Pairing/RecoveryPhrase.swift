import Crypto
import FoundationEssentials

/// The words on paper by which an account is had back when every device is gone.
///
/// 160 random bits and 32 of a checksum in twelve words of five letters, sixteen bits a word. The words are proquints
/// (consonant, vowel, consonant, vowel, consonant: D. S. Wilkerson, 2009, https://arxiv.org/html/0901.4016): no list to ship
/// and none to license, no two alike in more than four letters by chance, and every one can be read aloud. The keys that
/// they stand for are a device of the roster that signs and reads like any other.
package struct RecoveryPhrase: Hashable, Sendable {
    package static let wordCount = 12
    private static let secretBytes = 20

    package let words: [String]
    private let secret: [UInt8]

    /// A new phrase.
    package init(using randomness: inout some RandomNumberGenerator) {
        self.init(secret: [UInt8](random: Self.secretBytes, using: &randomness))
    }

    /// What a person typed: in either case, with whatever stands between the words.
    ///
    /// - Throws: `mistyped`, with the number of the word that cannot be one.
    package init(_ text: String) throws(SyncError) {
        let typed = text.lowercased().split { !$0.isLetter }.map(String.init)
        guard typed.count == Self.wordCount else {
            throw SyncError(.mistyped, "a recovery key is \(Self.wordCount) words; these are \(typed.count).")
        }
        var bytes: [UInt8] = []
        for (index, word) in typed.enumerated() {
            guard let value = Proquint.value(of: word) else {
                throw SyncError(.mistyped, "word \(index + 1) is not one of a recovery key. Look at it again.")
            }
            bytes.append(bigEndian: value)
        }
        self.init(secret: Array(bytes.prefix(Self.secretBytes)))
        guard words == typed else {
            throw SyncError(
                .mistyped, "these words do not belong together: one is mistyped, or two have changed places.")
        }
    }

    private init(secret: [UInt8]) {
        self.secret = secret
        let check = SHA256.hash(data: Array("diwan recovery check 1".utf8) + secret).prefix(4)
        let bytes = secret + check
        words = stride(from: 0, to: bytes.count, by: 2).map {
            Proquint.word(of: UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]))
        }
    }

    /// The keys that the words stand for.
    package var keys: DeviceKeys {
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), salt: [UInt8](), info: Array("diwan recovery keys 1".utf8),
            outputByteCount: 64)
        return DeviceKeys(seed: seed.withUnsafeBytes { Array($0) })!
    }

    /// Three numbers of words, from 1, to ask for before setup is done.
    package static func question(using randomness: inout some RandomNumberGenerator) -> [Int] {
        Array((1...wordCount).shuffled(using: &randomness).prefix(3)).sorted()
    }

    /// Whether these are the words of those numbers.
    package func isAnswered(_ answers: [String], to question: [Int]) -> Bool {
        answers.count == question.count && !question.isEmpty
            && zip(question, answers).allSatisfy { number, answer in
                (1...words.count).contains(number)
                    && words[number - 1] == answer.lowercased().filter { $0.isLetter }
            }
    }
}

extension RecoveryPhrase: CustomStringConvertible {
    package var description: String { "recovery key" }
}
