import Foundation

/// One connection to a server on this machine, kept open from question to question.
final class LoadConnection {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let descriptor: Int32
    private var received: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard descriptor >= 0, status == 0 else { throw Failed(description: "nothing answers on port \(port)") }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// Sends a question without waiting for its answer.
    func ask(_ body: [UInt8], key: String = "bench") throws {
        let head =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Authorization: Bearer \(key)\r\nContent-Length: \(body.count)\r\n\r\n"
        let request = Array(head.utf8) + body
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, request.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed(description: "the connection was closed") }
            sent += count
        }
    }

    /// Waits for the first byte of an answer's body.
    func waitForFirstByte() throws {
        let head = Array("\r\n\r\n".utf8)
        while true {
            if let end = received.firstRange(of: head), end.upperBound < received.count { return }
            try receive()
        }
    }

    /// Reads an answer to its end.
    ///
    /// - Throws: where it is not one of 200.
    func finishAnswer() throws {
        while true {
            if let length = lengthOfAnswer() {
                guard received.starts(with: Array("HTTP/1.1 200".utf8)) else {
                    throw Failed(description: String(decoding: received.prefix(400), as: UTF8.self))
                }
                received.removeFirst(length)
                return
            }
            try receive()
        }
    }

    private func receive() throws {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failed(description: "the connection was closed in mid-answer") }
        received += buffer[..<count]
    }

    /// How many bytes the answer takes; nil until all of it is there.
    private func lengthOfAnswer() -> Int? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let fields = String(decoding: received[..<end.lowerBound], as: UTF8.self).lowercased().split(separator: "\r\n")
        if let field = fields.first(where: { $0.hasPrefix("content-length:") }) {
            let length = end.upperBound + (Int(field.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0)
            return received.count >= length ? length : nil
        }
        // In chunks: its end is an empty one.
        return received[end.upperBound...].firstRange(of: Array("\r\n0\r\n\r\n".utf8))?.upperBound
    }
}
