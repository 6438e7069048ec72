import Foundation

/// An upstream on this machine that takes its time over every question, however many are asked at once. It speaks the
/// chat dialect, streamed or whole as it is asked, and ends with the process.
final class SlowServer: Sendable {
    struct Failed: Error {}

    let port: UInt16
    private let pause: Pause?

    /// - Parameters:
    ///   - delay: how long it takes over an answer.
    ///   - pausesStreams: whether a stream stops after its first event, until ``goOn()``.
    init(delay: Duration, pausesStreams: Bool = false) throws {
        let pause = pausesStreams ? Pause() : nil
        self.pause = pause
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 4_096) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard listener >= 0, status else { throw Failed() }
        port = UInt16(bigEndian: address.sin_port)
        let microseconds = UInt32(delay / .microseconds(1))
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { continue }
                Thread.detachNewThread { Self.serve(connection, microseconds, pause) }
            }
        }
    }

    /// Lets the streams that have stopped go on, and all after them.
    func goOn() { pause?.end() }

    /// Answers one request after another, until the other side leaves.
    private static func serve(_ connection: Int32, _ delay: UInt32, _ pause: Pause?) {
        defer { close(connection) }
        var on: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            while let length = lengthOfRequest(in: received) {
                let isQuestion = received.starts(with: Array("POST".utf8))
                let wantsStream = received[..<length].firstRange(of: Array(#""stream":true"#.utf8)) != nil
                received.removeFirst(length)
                if isQuestion, delay > 0 { usleep(delay) }
                let answer = !isQuestion ? noModels : wantsStream ? stream : whole
                guard let pause, isQuestion, wantsStream else {
                    guard write(answer, to: connection) else { return }
                    continue
                }
                // The first event ends at the first empty line after the head's.
                let head = answer.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
                let first = answer[head...].firstRange(of: Array("\n\n".utf8))?.upperBound ?? answer.count
                guard write(Array(answer[..<first]), to: connection) else { return }
                pause.wait()
                guard write(Array(answer[first...]), to: connection) else { return }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received += buffer[..<count]
        }
    }

    /// How many bytes the first request takes; nil until all of it is there.
    private static func lengthOfRequest(in bytes: [UInt8]) -> Int? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        let body = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
        let length = end.upperBound + (body ?? 0)
        return bytes.count >= length ? length : nil
    }

    private static func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func response(_ type: String, _ body: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    private static let noModels = response("application/json", #"{"object":"list","data":[]}"#)

    /// An answer of 1 KB.
    private static let whole: [UInt8] = {
        let words = String(repeating: "As ever, twice a day. ", count: 46)
        return response(
            "application/json",
            #"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":"#
                + #"{"role":"assistant","content":"\#(words)"},"finish_reason":"stop"}],"#
                + #""usage":{"prompt_tokens":9,"completion_tokens":230,"total_tokens":239}}"#)
    }()

    private static let stream: [UInt8] = {
        let head = #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","#
        let events = [
            head + #""choices":[{"index":0,"delta":{"role":"assistant","content":"As ever, twice a day."}}]}"#,
            head + #""choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
            head + #""choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14}}"#, "[DONE]",
        ]
        return response("text/event-stream", events.map { "data: \($0)\n\n" }.joined())
    }()
}

/// Where streams wait until someone lets them go on.
private final class Pause: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOver = false

    func wait() {
        condition.withLock {
            while !isOver { condition.wait() }
        }
    }

    func end() {
        condition.withLock {
            isOver = true
            condition.broadcast()
        }
    }
}
