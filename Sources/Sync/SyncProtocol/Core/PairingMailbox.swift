package import Conversations
import Crypto
import FoundationEssentials
import SwiftProtobuf

/// The hub's side of pairing: a new device's offer, kept for ten minutes, shown to who knows the code, answered once.
package struct PairingMailbox: Sendable {
    private struct Slot {
        let claimDigest: Data
        let offer: Data
        let until: Timestamp
        var reply: Data?
        var wrongTries = 0
    }

    private var slots: [Data: Slot] = [:]
    private static let slotLimit = 10_000

    package init() {}

    /// Leaves an offer. An address that is taken stays as it is.
    package mutating func leave(_ offer: WirePairingOffer, at now: Timestamp) -> WirePairingAnswer {
        slots = slots.filter { $0.value.until > now }
        guard offer.address.count == 16, offer.claimDigest.count == 32, offer.offer.count <= 1 << 16 else {
            return WirePairingAnswer.with { $0.refusal = .malformed }
        }
        guard slots[offer.address] == nil, slots.count < Self.slotLimit else {
            return WirePairingAnswer.with { $0.refusal = .busy }
        }
        let lifetime = PairingCode.lifetime.components.seconds * 1_000
        slots[offer.address] = Slot(
            claimDigest: offer.claimDigest, offer: offer.offer,
            until: Timestamp(milliseconds: now.milliseconds + lifetime))
        return WirePairingAnswer()
    }

    /// Reads an offer or leaves the one reply to it; the offer's writer asks in the same way for the reply, and has it once.
    /// Five wrong claims close the slot.
    package mutating func claim(_ claim: WirePairingClaim, at now: Timestamp) -> WirePairingAnswer {
        slots = slots.filter { $0.value.until > now }
        guard var slot = slots[claim.address] else { return WirePairingAnswer.with { $0.refusal = .unknownAccount } }
        guard Data(SHA256.hash(data: claim.claim)) == slot.claimDigest else {
            slot.wrongTries += 1
            slots[claim.address] = slot.wrongTries < PairingCode.tries ? slot : nil
            return WirePairingAnswer.with { $0.refusal = .notADevice }
        }
        var answer = WirePairingAnswer()
        if claim.hasReply {
            guard slot.reply == nil, claim.reply.count <= 1 << 16 else {
                answer.refusal = .moved
                return answer
            }
            slot.reply = claim.reply
            slots[claim.address] = slot
        } else if let reply = slot.reply {
            answer.reply = reply
            slots[claim.address] = nil
        } else {
            answer.offer = slot.offer
        }
        return answer
    }
}
