import Conversations
import Foundation
import ModelWire
import TestSupport
import Testing

/// Everything recorded reads as Python reads it.
@Suite(.enabled(if: RecordedTraffic.folder != nil, Comment(rawValue: RecordedTraffic.skipReason)))
struct RecordedTrafficTests {
    @Test func `each of 895 exchanges gives what Python reads in it`() throws {
        let exchanges = try RecordedTraffic.exchanges()
        #expect(exchanges.count == 895)
        var (answers, faults, unreadable) = (0, 0, 0)
        for exchange in exchanges {
            let expected = try exchange.expected()
            if let fault = expected?["fault"] as? [String: Any] {
                check(
                    WireFault(httpStatus: exchange.status, headers: [], body: exchange.body), against: fault, exchange)
                faults += 1
                continue
            }
            do {
                let read = try ReplayedStream(exchange.body, contentType: exchange.contentType ?? "")
                if let expected {
                    try check(read, against: expected, exchange)
                    answers += 1
                } else {
                    // Azure's filter answers 200 with an error.
                    #expect(read.answer.status == .failed, "\(exchange.id)")
                    unreadable += 1
                }
            } catch let fault as WireFault {
                #expect(expected == nil, "\(exchange.id): \(fault.code)")
                unreadable += 1
            }
        }
        #expect(answers == 873)
        #expect(faults == 19)
        #expect(unreadable == 3)
    }

    private func check(_ fault: WireFault, against expected: [String: Any], _ exchange: RecordedTraffic.Exchange) {
        if let message = expected["message"] as? String {
            // Keys are taken out and long words cut; the beginning stands.
            let words = message.split(separator: " ").prefix(3).joined(separator: " ")
            #expect(fault.message.hasPrefix(words), "\(exchange.id)")
        }
        if let code = expected["code"] as? String { #expect(fault.code == code, "\(exchange.id)") }
        if let type = expected["type"] as? String { #expect(fault.type == type, "\(exchange.id)") }
        if let param = expected["param"] as? String { #expect(fault.param == param, "\(exchange.id)") }
        #expect(fault.httpStatus == exchange.status)
    }

    private func check(
        _ read: ReplayedStream, against expected: [String: Any], _ exchange: RecordedTraffic.Exchange
    ) throws {
        let answer = read.answer
        let id = Comment(rawValue: exchange.id)
        #expect(answer.responseID == expected["id"] as? String, id)
        #expect(answer.created == (expected["created"] as? NSNumber)?.doubleValue, id)
        #expect(answer.model == expected["model"] as? String, id)
        #expect(answer.systemFingerprint == expected["fingerprint"] as? String, id)
        #expect(answer.object == expected["object"] as? String, id)
        let usage = try #require(expected["usage"] as? [String: Any])
        #expect(
            answer.usage
                == TokenUsage(
                    input: usage["input"] as? Int, cached: usage["cached"] as? Int, output: usage["output"] as? Int,
                    reasoning: usage["reasoning"] as? Int), id)
        let failed = try #require(expected["failed"] as? Bool)
        #expect((answer.error != nil) == failed, id)
        let choices = try #require(expected["choices"] as? [[String: Any]])
        #expect(answer.choices.count == choices.count, id)
        for (choice, expected) in zip(answer.choices, choices) {
            #expect(choice.index == expected["index"] as? Int, id)
            #expect(choice.text == expected["text"] as? String, id)
            #expect(choice.parts.reasoningText == expected["reasoning"] as? String, id)
            #expect(choice.refusal == expected["refusal"] as? String, id)
            #expect(choice.finishReason == expected["finish"] as? String, id)
            if choice.status != .complete { #expect(failed || choice.finishReason != nil, id) }
            let tools = try #require(expected["tools"] as? [[String: Any]])
            #expect(choice.parts.toolCalls.count == tools.count, id)
            for (call, tool) in zip(choice.parts.toolCalls, tools) {
                if let callID = tool["id"] as? String { #expect(call.id == callID, id) }
                #expect(!call.id.isEmpty, id)
                #expect(call.name == tool["name"] as? String, id)
                #expect(call.arguments == tool["arguments"] as? String, id)
            }
            // What was given out on the way is what the answer says.
            #expect(read.text(choice.index) == choice.text, id)
            #expect(read.reasoning(choice.index) == choice.parts.reasoningText, id)
            let told = read.arguments(choice.index)
            #expect(
                choice.parts.toolCalls.indices.map { told[$0] ?? "" } == choice.parts.toolCalls.map(\.arguments), id)
        }
    }

    @Test func `each of 165 streams is the same at every chunking, and from its journal`() throws {
        let streams = try RecordedTraffic.streams()
        #expect(streams.count == 165)
        for (number, (name, bytes)) in streams.enumerated() {
            let whole = try ReplayedStream(bytes)
            // The parser alone at many cuts: what it cuts out is all that the rest sees.
            if bytes.count <= 1_500 {
                for cut in 0...bytes.count {
                    #expect(try ReplayedStream.payloads(bytes, cuts: [cut]) == whole.payloads, "\(name) \(cut)")
                }
            }
            #expect(
                try ReplayedStream.payloads(bytes, cuts: Array(1..<bytes.count)) == whole.payloads,
                "\(name) byte by byte")
            var random = SeededNumbers(seed: UInt64(number))
            for _ in 0..<4 {
                var cuts: [Int] = []
                var position = 0
                while true {
                    position += Int.random(in: 1...97, using: &random)
                    if position >= bytes.count { break }
                    cuts.append(position)
                }
                #expect(try ReplayedStream.payloads(bytes, cuts: cuts) == whole.payloads, "\(name) cut at random")
            }
            let replayed = ReplayedStream(payloads: whole.payloads)
            #expect(replayed.deltas == whole.deltas, "\(name)")
            #expect(replayed.answer.choices == whole.answer.choices, "\(name)")
            #expect(replayed.answer.status == whole.answer.status, "\(name)")
            #expect(replayed.answer.body == whole.answer.body, "\(name)")
        }
    }

    @Test func `every stream that says it is whole is, and each cut of it is not`() throws {
        for (name, bytes) in try RecordedTraffic.streams() {
            let whole = try ReplayedStream(bytes)
            guard whole.isFinished, whole.answer.error == nil, whole.payloads.count > 3 else { continue }
            #expect(whole.answer.status == .complete || whole.answer.status == .incomplete, "\(name)")
            let half = ReplayedStream(payloads: Array(whole.payloads.prefix(whole.payloads.count / 3)))
            if half.answer.choices.allSatisfy({ $0.finishReason != nil }), !half.answer.choices.isEmpty { continue }
            #expect(half.answer.status == .interrupted, "\(name)")
            #expect(half.answer.choices.map(\.text) == half.answer.choices.map { half.text($0.index) }, "\(name)")
        }
    }
}
