import ArgumentParser
import ConversationFormats
import ConversationService
import ConversationStorage
import ModelUpstream
import ModelWire
import OrderedJSON

/// Why a command ends with a failure: one line that says what to do next, and an exit code.
struct CommandFailure: Error {
    /// What a script can tell apart (sysexits.h, where it has a name for it).
    enum Exit: Int32 {
        case failed = 1
        case usage = 64
        case badData = 65
        case noSuch = 66
        case notReachable = 69
        case cannotWrite = 74
        case tryAgain = 75
        case keyRefused = 77
        case configuration = 78
        case interrupted = 130
    }

    let exit: Exit
    /// A name that stays the same, for programs.
    let code: String
    let message: String
    /// What to do next, where the message itself does not say.
    var hint: String?
    var upstream: String?
    var httpStatus: Int?
    var traceID: String?

    init(_ exit: Exit, code: String, _ message: String, hint: String? = nil) {
        self.exit = exit
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func usage(_ message: String) -> CommandFailure { CommandFailure(.usage, code: "usage", message) }

    /// What `--json` prints of it.
    var json: JSON {
        .object([
            "object": "error",
            "error": .object([
                "code": .string(code), "exit": .int(Int(exit.rawValue)), "message": .string(message),
                "hint": hint.map { .string($0) } ?? .null, "upstream": upstream.map { .string($0) } ?? .null,
                "http_status": httpStatus.map { .int($0) } ?? .null, "trace_id": traceID.map { .string($0) } ?? .null,
            ]),
        ])
    }
}

extension CommandFailure {
    /// The failure that any error of ours comes to.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ServiceError: self.init(service: error)
        case let error as StorageError: self.init(storage: error)
        case let error as UpstreamError: self.init(upstream: error, saved: nil)
        case let error as FormatError: self.init(format: error)
        case let error as SettingsError:
            self.init(Exit(rawValue: error.exitCode) ?? .configuration, code: error.code.description, error.message)
        default: self.init(.failed, code: "failed", "that did not work: \(error)")
        }
    }

    private init(service error: ServiceError) {
        switch error {
        case .storage(let error): self.init(storage: error)
        case .upstream(let error, let saved): self.init(upstream: error, saved: saved)
        case .usage(let message): self.init(.usage, code: "usage", message)
        case .noSuch(let message): self.init(.noSuch, code: "no_such", message)
        }
    }

    private init(storage error: StorageError) {
        let exit: Exit =
            switch error.code {
            case .notFound: .noSuch
            case .newerVault, .notAVault, .cannotOpen: .configuration
            case .diskFull, .cannotWrite: .cannotWrite
            case .busy: .tryAgain
            case .damaged: .badData
            case .stopped: .interrupted
            case .refused: .usage
            default: .failed
            }
        self.init(exit, code: error.code.description, error.message)
    }

    init(upstream error: UpstreamError, saved: SavedQuestion?) {
        let exit: Exit =
            switch error.code {
            case .noKey: .configuration
            case .keyRefused, .nothingLeft: .keyRefused
            case .unknownModel, .contextTooLong, .refused: .badData
            case .rateLimited: .tryAgain
            case .notReachable, .timedOut, .failed: .notReachable
            case .badParameter, .nothingToSend: .usage
            case .cancelled, .cutOff: .interrupted
            default: .failed
            }
        var message = error.message
        // Where the message says what to do next, that is enough; else the question is what a person worries about.
        let saysWhatToDo: Set<UpstreamError.Code> = [
            .keyRefused, .unknownModel, .notReachable, .noKey, .badParameter, .nothingToSend,
        ]
        if let saved, !saysWhatToDo.contains(error.code) {
            if !message.hasSuffix(".") { message += "." }
            message += " Your question is saved: diwan retry \(saved.threadHandle)"
        }
        self.init(exit, code: error.code.description, message)
        hint = saved.map { "Your question is saved: diwan retry \($0.threadHandle)" }
        upstream = saved?.upstream
        httpStatus = error.fault?.httpStatus
        traceID = error.fault?.traceID
    }
}
