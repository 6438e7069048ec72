import Conversations
import FoundationEssentials
import SwiftProtobuf
import Testing

@testable import SyncProtocol

@Suite struct PairingTests {
    @Test func `a code is read as it is shown, in either case and with any hyphens`() throws {
        var random = SeededRandom(3)
        let keys = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        let code = PairingCode(hub: "https://hub.example:8443/a", for: keys, using: &random)
        #expect(try PairingCode(code.text) == code)
        let mark = try #require(code.text.lastIndex(of: "#"))
        let shouted = code.text[...mark] + code.text[mark...].dropFirst().uppercased().replacing("-", with: " ")
        #expect(try PairingCode(String(shouted)) == code)
        for wrong in ["", "#", "https://hub.example", code.text + "a", String(code.text.dropLast())] {
            #expect(thrown { _ = try PairingCode(wrong) } == .mistyped)
        }
    }

    @Test func `the keys in an offer are those that the code was made for`() throws {
        var random = SeededRandom(4)
        let keys = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        let other = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        let code = PairingCode(hub: "hub", for: keys, using: &random)
        let typed = try PairingCode(code.text)
        #expect(try typed.device(offered: code.offer(of: keys)) == keys.device())
        #expect(thrown { _ = try typed.device(offered: code.offer(of: other)) } == .notAuthentic)
        var changed = try code.offer(of: keys)
        changed[15] ^= 1
        #expect(thrown { _ = try typed.device(offered: changed) } == .notAuthentic)
        let grant = WirePairingGrant.with { $0.account = Data(repeating: 1, count: 16) }
        #expect(try code.grant(replied: typed.reply(grant)) == grant)
        #expect(thrown { _ = try code.grant(replied: code.offer(of: keys)) } == .notAuthentic)
    }

    @Test func `a recovery key is the words and no others`() throws {
        var random = SeededRandom(5)
        let phrase = RecoveryPhrase(using: &random)
        #expect(phrase.words.count == 12 && phrase.words.allSatisfy { $0.utf8.count == 5 })
        #expect(try RecoveryPhrase(phrase.words.joined(separator: "-").uppercased()) == phrase)
        #expect(try RecoveryPhrase(phrase.words.joined(separator: " ")).keys.key == phrase.keys.key)
        var swapped = phrase.words
        swapped.swapAt(2, 7)
        #expect(thrown { _ = try RecoveryPhrase(swapped.joined(separator: " ")) } == .mistyped)
        var wrong = phrase.words
        wrong[4] = "babab"
        #expect(thrown { _ = try RecoveryPhrase(wrong.joined(separator: " ")) } == .mistyped)
        wrong[4] = "hello"
        #expect(thrown { _ = try RecoveryPhrase(wrong.joined(separator: " ")) } == .mistyped)
        #expect(thrown { _ = try RecoveryPhrase("babab") } == .mistyped)
        #expect(!"\(phrase)".contains(phrase.words[0]))
    }

    @Test func `setup is done when three words that were asked for by number came back`() throws {
        var random = SeededRandom(6)
        let phrase = RecoveryPhrase(using: &random)
        let question = RecoveryPhrase.question(using: &random)
        #expect(Set(question).count == 3 && question.allSatisfy { (1...12).contains($0) })
        let answers = question.map { phrase.words[$0 - 1].uppercased() + " " }
        #expect(phrase.isAnswered(answers, to: question))
        #expect(!phrase.isAnswered(answers.reversed(), to: question))
        #expect(!phrase.isAnswered(Array(answers.dropLast()), to: question))
        #expect(!phrase.isAnswered([], to: []))
    }

    @Test func `every word of sixteen bits comes back`() {
        for value in stride(from: 0, through: 65_535, by: 7) {
            #expect(Proquint.value(of: Proquint.word(of: UInt16(value))) == UInt16(value))
        }
    }
}
