import ConversationFormats
import ConversationService
import ConversationStorage
import ModelUpstream
import ModelWire

extension APIError {
    /// The error that any error of ours comes to. What nobody foresaw says nothing of itself.
    package init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as ServiceError: self.init(service: error)
        case let error as StorageError: self.init(service: .storage(error))
        case let error as FormatError: self.init(format: error)
        case let error as UpstreamError: self.init(upstream: error)
        case let fault as WireFault: self.init(fault: fault)
        case is CancellationError:
            self.init(status: 503, code: "stopped", "the service is ending. Try again in a moment.")
        default: self.init(status: 500, code: "failed", "that did not work.")
        }
    }

    private init(service error: ServiceError) {
        switch error {
        case .upstream(let error, _): self.init(upstream: error)
        case .usage(let message): self.init(status: 400, code: "invalid_request", message)
        case .noSuch(let message): self.init(status: 404, code: "not_found", message)
        case .storage:
            switch error.storageKind {
            case .notFound: self.init(status: 404, code: "not_found", error.description)
            case .tryAgain: self.init(status: 503, code: "busy", error.description)
            case .refused: self.init(status: 400, code: "invalid_request", error.description)
            case .cannotStore: self.init(status: 507, code: "cannot_store", error.description)
            case .failed, nil: self.init(status: 500, code: "vault_failed", error.description)
            }
        }
    }

    private init(format error: FormatError) {
        let status =
            switch error.code {
            case .libraryMissing: 501
            case .cannotWrite, .unreadable: 507
            default: 400
            }
        self.init(status: status, code: error.code.description, error.message)
    }

    /// Upstream errors keep their status, type and trace id. They were tried again as often as is good already.
    private init(upstream error: UpstreamError) {
        if let fault = error.fault, let status = fault.httpStatus, status >= 400 {
            self.init(
                status: status, type: fault.type, code: fault.code, param: fault.param,
                fault.message.isEmpty ? error.message : fault.message)
            traceID = fault.traceID
        } else {
            let status =
                switch error.code {
                case .noKey, .notReachable, .failed, .cutOff: 502
                case .timedOut: 504
                case .rateLimited: 429
                case .unknownModel: 404
                case .cancelled: 499
                case .keyRefused: 401
                case .nothingLeft: 402
                default: 400
                }
            self.init(status: status, code: error.fault?.code ?? error.code.description, error.message)
            traceID = error.fault?.traceID
        }
        retryAfter = error.retryAfter.map { max(1, Int($0.components.seconds)) }
        if status == 429 || status >= 500 { shouldRetry = false }
    }

    private init(fault: WireFault) {
        self.init(
            status: fault.httpStatus ?? 400, type: fault.type, code: fault.code, param: fault.param, fault.message)
        traceID = fault.traceID
    }
}

extension APIError {
    /// What is wrong with a request, as the wire names it.
    init(_ fault: RequestFault) {
        self.init(status: fault.status, type: fault.type, code: fault.code, param: fault.param, fault.message)
    }
}
