import ConversationFormats
import Conversations
import OrderedJSON
import Testing

/// Exports with something missing or broken in them.
enum DamagedExports {
    /// A document with each member of each of its objects removed, one at a time, and the path of what was removed.
    static func lacking(oneMemberOf json: JSON) -> [(path: String, json: JSON)] {
        switch json {
        case .object(let object):
            return object.indices.flatMap { index -> [(String, JSON)] in
                let member = object[index]
                let without = JSONObject(object.enumerated().filter { $0.offset != index }.map(\.element))
                let deeper = lacking(oneMemberOf: member.value).map { change -> (String, JSON) in
                    var members = Array(object)
                    members[index].value = change.json
                    return ("\(member.key).\(change.path)", .object(JSONObject(members)))
                }
                return [(member.key, .object(without))] + deeper
            }
        case .array(let array):
            return array.indices.flatMap { index in
                lacking(oneMemberOf: array[index]).map { change -> (String, JSON) in
                    var elements = array
                    elements[index] = change.json
                    return ("\(index).\(change.path)", .array(elements))
                }
            }
        default: return []
        }
    }

    /// Removes one member at a time: what is then missing among the messages has to be noted, one note a message.
    static func checkEveryRemoval(
        from bytes: [UInt8], named name: String, with reader: any ConversationReader
    ) async throws {
        let whole = try JSON(parsing: bytes)
        let before = try await ExportReading.of(ExportFiles(name, bytes), with: reader)
        for (path, json) in lacking(oneMemberOf: whole) {
            let reading = try await ExportReading.of(ExportFiles(name, json.serialized()), with: reader)
            let missing = before.messageCount - reading.messageCount
            let newNotes = reading.notes.countBeyond(before.notes)
            // That a whole conversation is lost is said once for all its messages.
            let isOneForAll = lostConversations(in: reading) > lostConversations(in: before)
            #expect(missing <= newNotes || isOneForAll, "without \(path): \(missing) messages, \(newNotes) notes")
            #expect(
                reading.conversations.count == before.conversations.count || newNotes > 0 || isOneForAll,
                "without \(path)")
        }
    }

    private static func lostConversations(in reading: ExportReading) -> Int {
        reading.notes(.lost).filter { $0.hasPrefix("conversation") }.count
    }

    /// Cuts the export at many places and turns bits over: reading ends, and never with a crash.
    static func checkBrokenBytes(_ bytes: [UInt8], named name: String, with reader: any ConversationReader) async {
        var random = SplitMix(state: 20_260_501)
        for round in 0..<160 {
            var broken = bytes
            if round % 2 == 0 {
                broken.removeLast(Int(random.next() % UInt64(bytes.count)))
            } else {
                for _ in 0...(round / 20) {
                    broken[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
                }
            }
            let source = ExportFiles(name, broken)
            _ = type(of: reader).recognize(source)
            let reading = ExportReading()
            do {
                try await reader.read(source, into: reading)
                // A cut file never looks whole.
                if round % 2 == 0, broken.count < bytes.count - 4 {
                    #expect(!reading.notes.isEmpty, "cut at \(broken.count)")
                }
            } catch {
                #expect(error is FormatError)
            }
        }
    }
}

extension [ImportNote] {
    /// How many there are that are not among others, each of which stands for one.
    fileprivate func countBeyond(_ others: [ImportNote]) -> Int {
        var known: [ImportNote: Int] = [:]
        for note in others { known[note, default: 0] += 1 }
        return count { note in
            guard let left = known[note], left > 0 else { return true }
            known[note] = left - 1
            return false
        }
    }
}

/// Steele, Lea and Flood's generator: the same numbers from the same seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
