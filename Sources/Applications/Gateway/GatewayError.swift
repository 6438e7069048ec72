import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Why the service cannot listen.
package struct GatewayError: Error, Sendable {
    package enum Code: Sendable {
        /// Another program listens there.
        case inUse
        /// It may not listen there, or there is no such place.
        case cannotListen
    }

    package let code: Code
    /// For a person: what happened and what to do next.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: IOError, address: GatewaySettings.Address) {
        switch address {
        case .tcp(let host, let port) where error.errnoCode == EADDRINUSE:
            self.init(
                .inUse,
                "port \(port) of \(host) is taken by another program. Name another: diwan serve --port \(port == 65535 ? 4141 : port + 1)"
            )
        case .tcp(let host, let port) where error.errnoCode == EACCES:
            self.init(
                .cannotListen, "only root may listen on port \(port) of \(host). Name one above 1023: --port 4141")
        case .tcp(let host, let port):
            self.init(
                .cannotListen,
                "port \(port) of \(host) cannot be listened on: \(Self.reason(error)). Name an address of this machine: --host 127.0.0.1"
            )
        case .socket(let path):
            self.init(
                .cannotListen, "the socket \(path) cannot be made: \(Self.reason(error)). Name another: --socket PATH")
        }
    }

    private static func reason(_ error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}

extension GatewayError: CustomStringConvertible {
    package var description: String { message }
}
