import Synchronization

/// What the service counts of itself, and the text in which Prometheus reads it.
final class GatewayMetrics: Sendable {
    private struct RequestKey: Hashable {
        let path: String
        let method: String
        let status: Int
    }

    private struct TokenKey: Hashable {
        let upstream: String
        let kind: String
    }

    private struct State {
        var requests: [RequestKey: Int] = [:]
        var seconds: [String: Histogram] = [:]
        var streams = 0
        var tokens: [TokenKey: Int] = [:]
    }

    private let state = Mutex(State())

    func count(path: String, method: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.requests[RequestKey(path: path, method: method, status: status), default: 0] += 1
            state.seconds[path, default: Histogram()].count(seconds)
        }
    }

    func streamOpened() { state.withLock { $0.streams += 1 } }
    func streamEnded() { state.withLock { $0.streams -= 1 } }

    /// Counts what an upstream says a call took.
    func count(inputTokens: Int?, outputTokens: Int?, upstream: String) {
        state.withLock { state in
            for (kind, tokens) in [("input", inputTokens), ("output", outputTokens)] {
                guard let tokens, tokens > 0 else { continue }
                state.tokens[TokenKey(upstream: upstream, kind: kind), default: 0] += tokens
            }
        }
    }

    /// The text (https://prometheus.io/docs/instrumenting/exposition_formats/).
    ///
    /// - Parameter runsUnderWay: how many calls are under way.
    func text(runsUnderWay: Int) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func family(_ name: String, _ kind: String, _ help: String, _ samples: [String]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"] + samples
        }
        family(
            "diwan_http_requests_total", "counter", "Requests answered.",
            state.requests.map { key, count in
                "diwan_http_requests_total{\(Self.labels([("method", key.method), ("path", key.path), ("status", "\(key.status)")]))} \(count)"
            }.sorted())
        family(
            "diwan_http_request_seconds", "histogram", "From a request's head to the end of its answer.",
            state.seconds.sorted { $0.key < $1.key }.flatMap { path, histogram in
                histogram.lines("diwan_http_request_seconds", labels: Self.labels([("path", path)]))
            })
        family("diwan_runs_under_way", "gauge", "Calls to models under way.", ["diwan_runs_under_way \(runsUnderWay)"])
        family("diwan_streams_open", "gauge", "Event streams open.", ["diwan_streams_open \(state.streams)"])
        family(
            "diwan_tokens_total", "counter", "Tokens as the upstreams count them.",
            state.tokens.map { key, count in
                "diwan_tokens_total{\(Self.labels([("kind", key.kind), ("upstream", key.upstream)]))} \(count)"
            }.sorted())
        return lines.joined(separator: "\n") + "\n"
    }

    private static func labels(_ labels: [(String, String)]) -> String {
        labels.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
