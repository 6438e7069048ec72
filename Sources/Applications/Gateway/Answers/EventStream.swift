/// An open stream of server-sent events, as an endpoint writes it.
///
/// Each event goes out at once; a client that reads slowly makes the writer wait; nothing but a comment every few seconds
/// goes out while there is nothing to say, so that proxies leave the connection open.
package struct EventStream: Sendable {
    let outbox: Outbox

    /// Writes one event.
    ///
    /// - Parameters:
    ///   - name: its `event:` line; nil for none.
    ///   - data: its `data:`, on one line, as serialized JSON is.
    /// - Throws: where the client has left.
    package func send(_ name: String? = nil, data: [UInt8]) async throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 64)
        if let name {
            bytes += Array("event: ".utf8)
            bytes += Array(name.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes += Array("data: ".utf8)
        bytes += data
        bytes += [UInt8(ascii: "\n"), UInt8(ascii: "\n")]
        try await outbox.put(bytes)
    }

    /// Writes events that are already in their lines, whole ones.
    package func send(lines bytes: [UInt8]) async throws { try await outbox.put(bytes) }
}
