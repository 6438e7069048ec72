/// The names by which this machine calls itself.
enum LocalNames {
    /// Whether an address to listen on can be reached from this machine alone.
    static func isLoopback(address: String) -> Bool {
        let host = bare(address)
        return host == "localhost" || host == "::1" || isLoopback4(host)
    }

    /// Whether a `Host` names this machine as only it can call itself. `NAME.localhost` is this machine by definition
    /// (RFC 6761, 6.3): no other can answer for it.
    static func isLoopback(host: String) -> Bool {
        isLoopback(address: host) || bare(host).hasSuffix(".localhost")
    }

    /// A `Host` without its port, in lower case, without brackets and the dot at its end.
    static func name(ofHost host: String) -> String {
        var name = host[...]
        if name.first == "[" {
            guard let end = name.firstIndex(of: "]") else { return bare(host) }
            return bare(String(name[...end]))
        }
        if let colon = name.lastIndex(of: ":"),
            name[name.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        {
            name = name[..<colon]
        }
        return bare(String(name))
    }

    private static func bare(_ name: String) -> String {
        var name = name.lowercased()[...]
        if name.first == "[", name.last == "]" { name = name.dropFirst().dropLast() }
        if name.last == "." { name.removeLast() }
        return String(name)
    }

    private static func isLoopback4(_ host: String) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
