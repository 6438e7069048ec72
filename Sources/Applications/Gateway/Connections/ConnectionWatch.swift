import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Stands in a connection where requests have been read and are not yet answered: it sees when the client leaves, ends a
/// body that does not come, and lets a client that asks whether it may send a long body send it.
///
/// What Hummingbird offers for the first (`consumeWithCancellationOnInboundClose`) closes the connection after each answer;
/// here the next request may come on it.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    /// The body did not come in time.
    struct BodyTimeout: Error {}

    let presence = ClientPresence()
    private let limits: GatewaySettings.Limits
    private var isReadingBody = false
    private var deadline: Scheduled<Void>?

    init(limits: GatewaySettings.Limits) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReadingBody = true
            // curl waits a second for this before it sends more than a megabyte (RFC 9110, 10.1.1).
            if head.headerFields[.expect]?.lowercased() == "100-continue",
                (head.headerFields[.contentLength].flatMap { Int($0) } ?? 0) <= limits.bodyBytes
            {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body: break
        case .end:
            isReadingBody = false
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Mostly the body has come with its head.
        if isReadingBody, deadline == nil {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            deadline = context.eventLoop.scheduleTask(in: TimeAmount(limits.body)) {
                bound.value.fireErrorCaught(BodyTimeout())
            }
        }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { presence.leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        presence.leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        presence.leave()
    }
}

extension ClientPresence {
    /// The presence of the client at the other end of a channel.
    static func of(_ channel: any Channel) async -> ClientPresence {
        let watched = try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionWatch.self).presence
        }.get()
        if let watched { return watched }
        // The connection is being taken down.
        let gone = ClientPresence()
        gone.leave()
        return gone
    }
}
