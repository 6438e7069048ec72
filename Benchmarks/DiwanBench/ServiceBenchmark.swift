import Foundation

/// What `diwan serve` adds to an upstream that answers at once: time, and how many requests a second it stores. Every
/// request asks something new, so each is a thread, its call and its answer, written durably before it is answered.
func measureService(_ stores: Stores, diwan: String) throws -> [Figure] {
    guard FileManager.default.isExecutableFile(atPath: diwan) else {
        throw FloorStore.Failure(description: "there is no release binary at \(diwan); make bench builds it")
    }
    let folder = stores.folder + "/service"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let upstream = try SlowServer(delay: .zero)
    let served = try Service.diwan(diwan, before: upstream.port, in: folder)
    defer { served.stop() }
    var figures = try addedTimes(upstream: upstream.port, served: served.port, folder: folder)
    figures += try throughputs(upstream: upstream.port, served: served.port, folder: folder)
    figures.append(try openStreams(diwan: diwan, folder: folder))
    return figures
}

// MARK: - One connection

private func addedTimes(upstream: UInt16, served: UInt16, folder: String) throws -> [Figure] {
    let (direct, through) = (try LoadConnection(port: upstream), try LoadConnection(port: served))
    var number = 0
    func question(stream: Bool, history: Int = 0) -> [UInt8] {
        number += 1
        return Question.body(number, stream: stream, historyBytes: history)
    }
    func wholeAnswer(_ connection: LoadConnection, history: Int = 0) throws -> Double {
        let body = question(stream: false, history: history)
        return try milliseconds {
            try connection.ask(body)
            try connection.finishAnswer()
        }
    }
    func firstChunk(_ connection: LoadConnection) throws -> Double {
        let body = question(stream: true)
        let time = try milliseconds {
            try connection.ask(body)
            try connection.waitForFirstByte()
        }
        try connection.finishAnswer()
        return time
    }
    /// Ours and straight there by turns: the difference of the medians is what is added.
    func added(_ rounds: Int, _ time: (LoadConnection) throws -> Double) throws -> (ours: Double, direct: Double) {
        var (ours, straight): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            ours.append(try time(through))
            straight.append(try time(direct))
        }
        return (Spread(ours).median, Spread(straight).median)
    }
    _ = try added(20) { try wholeAnswer($0) }
    let flush = try flushTime(in: folder)
    let whole = try added(300) { try wholeAnswer($0) }
    let first = try added(300) { try firstChunk($0) }
    let long = try added(11) { try wholeAnswer($0, history: 1 << 20) }
    return [
        Figure(
            what: "added to an answer of 1 KB, p50", unit: "ms", ours: whole.ours - whole.direct, floor: whole.direct,
            goal: .atMost(1 + flush)),
        Figure(what: "  one fdatasync of this disk, p50", unit: "ms", ours: flush),
        Figure(
            what: "added to the first chunk of a stream, p50", unit: "ms", ours: first.ours - first.direct,
            floor: first.direct, goal: .atMost(1)),
        Figure(
            what: "added to a request with 1 MB of history", unit: "ms", ours: long.ours - long.direct,
            floor: long.direct, goal: .atMost(10)),
    ]
}

/// What one flush of a page costs where the vault lies.
private func flushTime(in folder: String) throws -> Double {
    let file = open(folder + "/flush", O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    let page = [UInt8](repeating: 1, count: 4_096)
    let times = (0..<200).map { _ in
        _ = write(file, page, page.count)
        return milliseconds { fdatasync(file) }
    }
    return Spread(times).median
}

// MARK: - Many connections

private func throughputs(upstream: UInt16, served: UInt16, folder: String) throws -> [Figure] {
    var figures: [Figure] = []
    let proxy = try? OtherProxies.nginx(before: upstream, in: folder)
    defer { proxy?.stop() }
    let litellm = try? OtherProxies.litellm(before: upstream, in: folder)
    defer { litellm?.stop() }
    if proxy == nil {
        DiwanBench.note("  there is no nginx on this machine to measure beside: apt-get install nginx-light")
    }
    if litellm == nil {
        DiwanBench.note("  there is no litellm on this machine to measure beside: pip install 'litellm[proxy]'")
    }
    for connections in [1, 16, 64] {
        let ours = try requestsPerSecond(at: served, connections: connections)
        let direct = try requestsPerSecond(at: upstream, connections: connections)
        let nginx = try proxy.map { try requestsPerSecond(at: $0.port, connections: connections) }
        let goal: Figure.Goal? =
            switch connections {
            case 16:
                .atLeast(50 * (try litellm.map { try requestsPerSecond(at: $0.port, connections: 16) } ?? 70))
            case 64: nginx.map { .atLeast($0 / 8) }
            default: nil
            }
        figures.append(
            Figure(
                what: "requests stored, \(connections) connection\(connections == 1 ? "" : "s")", unit: "/s",
                ours: ours, floor: direct, goal: goal))
        if let nginx {
            figures.append(Figure(what: "  nginx, a proxy that stores nothing", unit: "/s", ours: nginx, floor: direct))
        }
    }
    return figures
}

/// Every connection asks again as soon as it is answered, for three seconds.
private func requestsPerSecond(at port: UInt16, connections: Int) throws -> Double {
    let seconds = 3.0
    let counts = Counts()
    let threads = try (0..<connections).map { number in
        let connection = Handed(try LoadConnection(port: port))
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { finished.signal() }
            let end = ContinuousClock.now + .seconds(seconds)
            var asked = 0
            while ContinuousClock.now < end {
                guard
                    (try? connection.content.ask(Question.body(number << 32 | asked, stream: false))) != nil,
                    (try? connection.content.finishAnswer()) != nil
                else { return counts.fail() }
                asked += 1
                counts.add()
            }
        }
        return finished
    }
    for thread in threads { thread.wait() }
    guard !counts.hasFailed else { throw LoadConnection.Failed(description: "a request failed at port \(port)") }
    return Double(counts.count) / seconds
}

// MARK: - Open streams

/// The memory of a service that holds a thousand streams open, each of which is then read to its end.
private func openStreams(diwan: String, folder: String) throws -> Figure {
    let count = 1_000
    OpenFiles.allowMany()
    let upstream = try SlowServer(delay: .zero, pausesStreams: true)
    let home = folder + "/streams"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let served = try Service.diwan(diwan, before: upstream.port, in: home)
    defer { served.stop() }
    let connections = try (0..<count).map { _ in try LoadConnection(port: served.port) }
    for (number, connection) in connections.enumerated() { try connection.ask(Question.body(number, stream: true)) }
    for connection in connections { try connection.waitForFirstByte() }
    let memory = Double(served.process.memory ?? 0) / 1e6
    upstream.goOn()
    for connection in connections { try connection.finishAnswer() }
    return Figure(
        what: "memory with \(count) open streams", unit: "MB", ours: memory, goal: .atMost(60 + 0.04 * Double(count)))
}

// MARK: - Tools

private enum Question {
    static func body(_ number: Int, stream: Bool, historyBytes: Int = 0) -> [UInt8] {
        var messages = ""
        if historyBytes > 0 {
            let words = String(repeating: "The tide comes and goes as it did before. ", count: 25)
            for turn in 0..<historyBytes / (2 * words.utf8.count) {
                // The same each time, as of a program that resends what it has said.
                messages += #"{"role":"user","content":"\#(turn) \#(words)"},"#
                messages += #"{"role":"assistant","content":"\#(turn) \#(words)"},"#
            }
        }
        messages += #"{"role":"user","content":"Question \#(number): how often is high water at the old pier?"}"#
        return Array(#"{"model":"m","messages":[\#(messages)]\#(stream ? #","stream":true"# : "")}"#.utf8)
    }
}

private final class Counts: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var count = 0
    private(set) var hasFailed = false

    func add() { lock.withLock { count += 1 } }
    func fail() { lock.withLock { hasFailed = true } }
}

/// Something that is handed to one thread and not touched by any other.
private struct Handed<Content>: @unchecked Sendable {
    let content: Content
    init(_ content: Content) { self.content = content }
}

private func milliseconds<Value>(_ work: () throws -> Value) rethrows -> Double {
    let began = ContinuousClock.now
    _ = try work()
    return (ContinuousClock.now - began) / .milliseconds(1)
}

private enum OpenFiles {
    /// As many as the system lets a process have.
    static func allowMany() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
