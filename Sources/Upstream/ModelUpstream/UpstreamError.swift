package import ModelWire

/// Why an upstream gave no answer, and so what a person or a program can do.
package struct UpstreamError: Error, Sendable {
    /// The kinds of failure, each one a different thing to do next.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// There is no key to send.
        package static let noKey = Code("no_key")
        /// The upstream does not take the key.
        package static let keyRefused = Code("key_refused")
        /// The account has nothing left.
        package static let nothingLeft = Code("nothing_left")
        /// The upstream does not know the model.
        package static let unknownModel = Code("unknown_model")
        /// The conversation does not fit the model's window.
        package static let contextTooLong = Code("context_too_long")
        /// Too many requests; later it will do.
        package static let rateLimited = Code("rate_limited")
        /// Nothing answers there.
        package static let notReachable = Code("not_reachable")
        /// It answered with a failure of its own, or broke off.
        package static let failed = Code("failed")
        /// The process that was receiving the answer is gone.
        package static let cutOff = Code("cut_off")
        /// It will not do what was asked.
        package static let refused = Code("refused")
        /// A parameter is out of its range; nothing was sent.
        package static let badParameter = Code("bad_parameter")
        /// It takes nothing of what is to be said; nothing was sent.
        package static let nothingToSend = Code("nothing_to_send")
        /// It took longer than it may.
        package static let timedOut = Code("timed_out")
        /// Someone stopped it.
        package static let cancelled = Code("cancelled")

        package var description: String { name }
    }

    /// What a caller can do about it.
    package let code: Code
    /// For a person: what happened and what to do next. Never a key, never a word of a conversation.
    package let message: String
    /// What the upstream said, where it said anything.
    package let fault: WireFault?
    /// How long it asks to wait.
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, fault: WireFault? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.fault = fault
        self.retryAfter = retryAfter
    }
}

extension UpstreamError: CustomStringConvertible {
    package var description: String { message }
}
