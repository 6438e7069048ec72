/// The identity of one thing — a thread, a message, a call — everywhere and for ever.
///
/// Sixteen bytes laid out as a UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 74 random
/// bits; of version 8 where it is derived from names (``init(derivedFrom:)``). Identifiers of different kinds are different types, so that they cannot be passed in each other's place.
package struct Identifier<Kind>: Hashable, Sendable {
    /// The sixteen bytes, most significant first.
    package let bytes: [UInt8]

    /// Makes an identifier of a moment and ten random bytes, of which 74 bits are used.
    package init(at time: Timestamp, randomness: (some RandomNumberGenerator)? = SystemRandomNumberGenerator?.none) {
        var system = SystemRandomNumberGenerator()
        var bytes = [UInt8](repeating: 0, count: 16)
        let milliseconds = UInt64(max(0, time.milliseconds))
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
        let (high, low): (UInt64, UInt64)
        if var randomness {
            (high, low) = (randomness.next(), randomness.next())
        } else {
            (high, low) = (system.next(), system.next())
        }
        bytes[6] = 0x70 | UInt8(truncatingIfNeeded: high >> 8) & 0x0F
        bytes[7] = UInt8(truncatingIfNeeded: high)
        for index in 8..<16 { bytes[index] = UInt8(truncatingIfNeeded: low >> UInt64(8 * (15 - index))) }
        bytes[8] = 0x80 | bytes[8] & 0x3F
        self.bytes = bytes
    }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// An identifier read back from where it was kept; nil unless there are sixteen bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// An identifier as people and programs write it: 32 hexadecimal digits in either case, with or without hyphens.
    package init?(_ text: some StringProtocol) {
        var bytes: [UInt8] = []
        var pending: UInt8?
        for unit in text.utf8 where unit != UInt8(ascii: "-") {
            let digit: UInt8
            switch unit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = unit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = unit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = unit - UInt8(ascii: "A") + 10
            default: return nil
            }
            if let high = pending {
                bytes.append(high << 4 | digit)
                pending = nil
            } else {
                pending = digit
            }
        }
        guard pending == nil else { return nil }
        self.init(bytes: bytes)
    }
}

extension Identifier: CustomStringConvertible {
    /// The canonical spelling: lower case, hyphens after 8, 12, 16 and 20 digits.
    package var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        return text
    }
}

extension Identifier {
    /// The random bits in Crockford's base 32, fifteen characters: what handles are prefixes of.
    package var short: String {
        // 12 random bits follow the version, 62 follow the variant; one zero bit fills the last character.
        let high = UInt64(bytes[6] & 0x0F) << 8 | UInt64(bytes[7])
        let low = bytes[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & 0x3FFF_FFFF_FFFF_FFFF
        var characters: [UInt8] = []
        for index in 0..<15 {
            let shift = 74 - 5 * (index + 1)  // the lowest bit wanted, counted in the 74
            var value: UInt64 = 0
            for bit in stride(from: shift + 4, through: shift, by: -1) {
                let one = bit < 0 ? 0 : bit >= 62 ? high >> UInt64(bit - 62) & 1 : low >> UInt64(bit) & 1
                value = value << 1 | one
            }
            characters.append(Handle.alphabet[Int(value)])
        }
        return String(decoding: characters, as: UTF8.self)
    }
}

/// Names a ``ChatThread``.
package typealias ThreadID = Identifier<ChatThread>
/// Names a ``Message``.
package typealias MessageID = Identifier<Message>
/// Names a ``Call``.
package typealias CallID = Identifier<Call>
