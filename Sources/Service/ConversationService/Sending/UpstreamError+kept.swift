import Conversations
import ModelUpstream

extension UpstreamError {
    /// The failure a call was kept with, as the one who asked was told it: the same words and the same thing to do next.
    init(kept error: CallError, of status: Call.Status) {
        let code: Code =
            if status == .cancelled {
                .cancelled
            } else if let known = Self.ours.first(where: { "\($0)" == error.code }) {
                known
            } else {
                Self.code(httpStatus: error.httpStatus)
            }
        self.init(code, error.message)
    }

    /// The codes of ours that a call may be kept with.
    private static let ours: [Code] = [
        .noKey, .keyRefused, .nothingLeft, .unknownModel, .contextTooLong, .rateLimited, .notReachable, .failed,
        .refused,
        .timedOut, .cancelled, .cutOff, .badParameter, .nothingToSend,
    ]

    /// The kind of failure behind a code of the upstream's own.
    private static func code(httpStatus: Int?) -> Code {
        switch httpStatus {
        case 401, 403: .keyRefused
        case 402: .nothingLeft
        case 429: .rateLimited
        case let status? where (400..<500).contains(status): .refused
        default: .failed
        }
    }
}
