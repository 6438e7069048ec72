package import Conversations

/// Everything about the service that can be set.
package struct GatewaySettings: Sendable {
    /// Where it listens.
    package enum Address: Sendable, Hashable {
        case tcp(host: String, port: Int)
        /// A socket in the file system, which only its owner can open.
        case socket(path: String)
    }

    /// How much a caller may send, and how often. Nil: as much as it likes.
    package struct Limits: Sendable, Hashable {
        /// The most bytes of a request's body.
        package var bodyBytes = 32 << 20
        /// The most bytes of all header fields of a request together.
        package var headerBytes = 64 << 10
        /// The most messages of a request.
        package var messageCount = 20_000
        /// The most calls of one caller that are under way.
        package var runsUnderWay: Int? = 2000
        /// The most requests of one caller in a minute.
        package var requestsPerMinute: Int?
        /// How long a connection may be silent between requests, or take for the head of one.
        package var idle: Duration = .seconds(75)
        /// How long the body of a request may take to come.
        package var body: Duration = .seconds(60)

        package init() {}
    }

    package var address = Address.tcp(host: "127.0.0.1", port: 4141)
    /// Whether every caller must show a key of ours, also on this machine.
    package var needsKey = false
    /// What becomes of a call whose client goes away.
    package var onDisconnect = DisconnectRule.finish
    /// The origins (`app://notes`, `https://chat.example.com`) of the web pages that may ask; others may not.
    package var origins: [String] = []
    /// Names beside this machine's own that a client may have reached it by.
    package var hosts: [String] = []
    package var limits = Limits()
    /// How long open answers may go on after the service was told to end.
    package var grace: Duration = .seconds(30)
    /// How long a stream says nothing before it says that it is still there.
    package var silence: Duration = .seconds(15)
    /// A key of one program's for as long as the service runs, by its digest.
    package var passes: [KeyDigest: String] = [:]

    package init() {}
}

extension GatewaySettings {
    /// Whether only programs on this machine can reach it.
    package var isLocal: Bool {
        switch address {
        case .socket: true
        case .tcp(let host, _): LocalNames.isLoopback(address: host)
        }
    }
}
