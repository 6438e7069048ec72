import ConversationService
import Conversations
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Where a request came in.
struct ConnectionSource: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Takes a request in, finds who asks and who answers, and makes of whatever comes of it an answer.
struct GatewayResponder: HTTPResponder {
    typealias Context = ConnectionSource

    let gateway: GatewayContext
    let routes: RouteTable
    let pages: WebPageCheck
    let callers: CallerCheck
    let rate: RequestRate
    let runs: RunsUnderWay
    let vaults: CallerVaults
    let log: AccessLog

    func respond(to request: Request, context: ConnectionSource) async throws -> Response {
        let id = RequestIDs.next()
        let began = ContinuousClock.now
        var entry = AccessLog.Entry(id: id, method: request.method.rawValue)
        var answer: GatewayAnswer
        do {
            answer = try await self.answer(request, id: id, from: context.channel, &entry)
        } catch {
            let told = APIError(error)
            if told.status == 500 { log.failed(id, error) }
            answer = GatewayAnswer(told)
            entry.code = told.code
        }
        answer.fields[.xRequestID] = id
        pages.allow(request.head, in: &answer.fields)
        entry.status = answer.status.code
        return await response(answer, entry, began, channel: context.channel)
    }

    private func answer(
        _ request: Request, id: String, from channel: any Channel, _ entry: inout AccessLog.Entry
    ) async throws -> GatewayAnswer {
        let head = request.head
        try pages.check(head)
        if let preflight = pages.preflight(head) { return preflight }
        let target = head.path ?? "/"
        let path = RequestPath(target)
        let (route, parameters) = try routes.find(head.method, path)
        entry.path = route.name
        var caller = Caller(name: "", seesAll: false, onDisconnect: .finish)
        var lease: RunLease?
        if case .caller = route.access {
            caller = try await callers.caller(head)
            entry.caller = caller.name
            try rate.count(caller, at: gateway.service.now())
            if route.isRun { lease = try runs.begin(caller) }
        }
        let body = try await BodyReader.read(request, upTo: gateway.settings.limits.bodyBytes)
        var logger = gateway.logger
        logger[metadataKey: "request.id"] = "\(id)"
        return try await route.answer(
            GatewayRequest(
                id: id, caller: caller, service: try await vaults.service(for: caller), gateway: gateway, head: head,
                parameters: parameters, query: RequestQuery(target), body: body, lease: lease, logger: logger,
                channel: channel))
    }

    private func response(
        _ answer: GatewayAnswer, _ entry: AccessLog.Entry, _ began: ContinuousClock.Instant, channel: any Channel
    ) async -> Response {
        switch answer.body {
        case .bytes(let bytes):
            finish(entry, began)
            return Response(
                status: answer.status, headers: answer.fields,
                body: bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .events(let write):
            gateway.metrics.streamOpened()
            let body = EventStream.body(
                for: await ClientPresence.of(channel), silence: gateway.settings.silence, write: write
            ) {
                gateway.metrics.streamEnded()
                finish(entry, began)
            }
            return Response(status: answer.status, headers: answer.fields, body: body)
        case .document(let write):
            let body = EventStream.body(for: await ClientPresence.of(channel), silence: nil, write: write) {
                finish(entry, began)
            }
            return Response(status: answer.status, headers: answer.fields, body: body)
        }
    }

    private func finish(_ entry: AccessLog.Entry, _ began: ContinuousClock.Instant) {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        gateway.metrics.count(path: entry.path, method: entry.method, status: entry.status, seconds: seconds)
        log.write(entry, seconds: seconds)
    }
}

extension HTTPField.Name {
    static let xRequestID = HTTPField.Name("X-Request-Id")!
}
