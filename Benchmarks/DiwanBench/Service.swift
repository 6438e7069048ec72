import Foundation

/// A server that was started for a figure, and the port it answers on.
struct Service {
    let process: ChildProcess
    let port: UInt16

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a program that listens on a port and waits until it takes connections.
    static func start(within seconds: Int = 30, _ words: (_ port: UInt16) throws -> [String]) throws -> Service {
        let port = try freePort()
        let words = try words(port)
        let process = try ChildProcess.start(words)
        for _ in 0..<seconds * 50 {
            if (try? LoadConnection(port: port)) != nil { return Service(process: process, port: port) }
            usleep(20_000)
        }
        process.stop()
        throw Failed(description: "\(words[0]) did not begin to listen on port \(port)")
    }

    /// `diwan serve` on a vault of its own in a folder, before an upstream.
    static func diwan(_ binary: String, before port: UInt16, in folder: String) throws -> Service {
        let configuration = folder + "/config.toml"
        try Data(
            """
            upstream = "up"
            [upstreams.up]
            url = "http://127.0.0.1:\(port)/v1"
            dialect = "chat"
            model = "m"
            [serve]
            limits = { runs = 2000, requests_per_minute = 100000000 }
            """.utf8
        ).write(to: URL(filePath: configuration))
        return try start { port in
            [binary, "serve", "--port", "\(port)", "--vault", folder + "/vault.db", "--config", configuration]
        }
    }

    func stop() { process.stop() }

    private static func freePort() throws -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw Failed(description: "no port is free") }
        return UInt16(bigEndian: address.sin_port)
    }
}
