import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A client that sends just the bytes it is told to, and reads what comes when it is told to.
final class RawClient: Sendable {
    private let descriptor: Int32

    struct Failed: Error {
        let what: String
    }

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw Failed(what: "socket") }
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        // What does not come is an error of the test and not its end.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failed(what: "connect") }
    }

    deinit { close(descriptor) }

    /// Goes away without a word.
    func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func send(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed(what: "send") }
            rest = rest.dropFirst(count)
        }
    }

    /// What comes next; empty once the other side has closed.
    func read(upTo limit: Int = 65536) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [descriptor] in
                var bytes = [UInt8](repeating: 0, count: limit)
                let count = recv(descriptor, &bytes, limit, 0)
                if count >= 0 {
                    continuation.resume(returning: Array(bytes[..<count]))
                } else if errno == ECONNRESET {
                    continuation.resume(returning: [])
                } else {
                    continuation.resume(throwing: Failed(what: "recv \(errno)"))
                }
            }
        }
    }

    /// All that comes until a text has come, or until the other side closes.
    func read(until text: String) async throws -> String {
        var all: [UInt8] = []
        var end = ""
        while !end.contains(text) {
            let piece = try await read()
            if piece.isEmpty { break }
            all += piece
            // Looked for only where it can be new, or much that is read is read over and over.
            end = String(decoding: all.suffix(piece.count + text.utf8.count), as: UTF8.self)
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// All that comes until the other side closes.
    func readToEnd() async throws -> String { try await read(until: "\u{0}never") }
}

extension RunningGateway {
    /// Sends a request on a connection of its own and gives the whole answer.
    func ask(
        _ method: String = "GET", _ target: String, _ fields: [String: String] = [:], body: String? = nil
    ) async throws -> (status: Int, head: String, body: String) {
        let client = try RawClient(port: port)
        var lines = ["\(method) \(target) HTTP/1.1"]
        if fields["Host"] == nil { lines.append("Host: 127.0.0.1:\(port)") }
        lines += fields.map { "\($0.key): \($0.value)" }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        lines.append("Connection: close")
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        let answer = try await client.readToEnd()
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let status = Int(answer.dropFirst(9).prefix(3)) ?? 0
        return (status, String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
}
