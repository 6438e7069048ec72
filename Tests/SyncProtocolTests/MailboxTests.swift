import Conversations
import FoundationEssentials
import SwiftProtobuf
import Testing

@testable import SyncProtocol

@Suite struct MailboxTests {
    private let now = Timestamp(milliseconds: 1_763_900_000_000)
    private let code: PairingCode
    private let offer: WirePairingOffer

    init() throws {
        var random = SeededRandom(8)
        let keys = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        let code = PairingCode(hub: "hub", for: keys, using: &random)
        let sealed = try code.offer(of: keys)
        self.code = code
        offer = WirePairingOffer.with {
            $0.address = Data(code.address)
            $0.claimDigest = Data(code.claimDigest)
            $0.offer = Data(sealed)
        }
    }

    private func claim(_ claim: [UInt8]? = nil, reply: [UInt8]? = nil) -> WirePairingClaim {
        WirePairingClaim.with {
            $0.address = Data(code.address)
            $0.claim = Data(claim ?? code.claim)
            if let reply { $0.reply = Data(reply) }
        }
    }

    @Test func `an offer is read by who knows the code, answered once, and the reply is had once`() {
        var mailbox = PairingMailbox()
        #expect(mailbox.leave(offer, at: now).refusal == .none)
        #expect(mailbox.leave(offer, at: now).refusal == .busy)
        #expect(mailbox.claim(claim(), at: now).offer == offer.offer)
        #expect(mailbox.claim(claim(reply: [1, 2]), at: now).refusal == .none)
        #expect(mailbox.claim(claim(reply: [3]), at: now).refusal == .moved)
        #expect(Array(mailbox.claim(claim(), at: now).reply) == [1, 2])
        #expect(mailbox.claim(claim(), at: now).refusal == .unknownAccount)
    }

    @Test func `five wrong tries close it, and so do ten minutes`() {
        var mailbox = PairingMailbox()
        _ = mailbox.leave(offer, at: now)
        for _ in 0..<5 { #expect(mailbox.claim(claim([0]), at: now).refusal == .notADevice) }
        #expect(mailbox.claim(claim(), at: now).refusal == .unknownAccount)
        _ = mailbox.leave(offer, at: now)
        let later = Timestamp(milliseconds: now.milliseconds + 600_000)
        #expect(mailbox.claim(claim(), at: Timestamp(milliseconds: later.milliseconds - 1)).offer == offer.offer)
        #expect(mailbox.claim(claim(), at: later).refusal == .unknownAccount)
    }
}
