import ConversationStorage
import Conversations
import Foundation

/// A thread's questions asked again, eight at once, of a server that takes a quarter of a second over each, beside curl
/// with eight connections and as many requests: the process from its start to its end.
func measureReplay(_ stores: Stores, diwan: String) async throws -> [Figure] {
    guard FileManager.default.isExecutableFile(atPath: diwan) else {
        throw FloorStore.Failure(description: "there is no release binary at \(diwan); make bench builds it")
    }
    guard (try? ChildProcess.run(["curl", "--version"])) != nil else {
        DiwanBench.note("  there is no curl on this machine to ask beside: apt-get install curl")
        return []
    }
    let questionCount = 160
    let server = try SlowServer(delay: .milliseconds(250))
    let url = "http://127.0.0.1:\(server.port)/v1"
    let folder = stores.folder + "/replay"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let configuration = folder + "/config.toml"
    try Data("[upstreams.slow]\nurl = \"\(url)\"\ndialect = \"chat\"\nmodel = \"m\"\n".utf8)
        .write(to: URL(filePath: configuration))
    let thread = try await thread(of: questionCount, in: folder + "/first.db")
    let body = #"{"model":"m","messages":[{"role":"user","content":"How often is high water?"}],"stream":true}"#
    let pairs = try await Pairs.measured(5) { round in
        // Each replay finds the vault as the first one did.
        let vault = "\(folder)/\(round).db"
        try FileManager.default.copyItem(atPath: folder + "/first.db", toPath: vault)
        return Elapsed(
            try ChildProcess.run([
                diwan, "replay", thread.description, "-m", "slow/m", "--parallel", "8", "-y", "--vault", vault,
                "--config",
                configuration,
            ]))
    } floor: { _ in
        Elapsed(
            try ChildProcess.run([
                "curl", "-s", "-Z", "--parallel-max", "8", "-H", "Content-Type: application/json", "-d", body, "-o",
                "/dev/null", "\(url)/chat/completions?[1-\(questionCount)]",
            ]))
    }
    return [
        pairs.figure(
            "replay of \(questionCount) questions, 8 at once, 250 ms each", unit: "s", scale: 1, goal: .ratio(1.15))
    ]
}

/// A vault with one thread of so many questions, each with its answer.
private func thread(of questionCount: Int, in file: String) async throws -> ThreadID {
    let time = Timestamp(milliseconds: 1_780_000_000_000)
    var record = ThreadRecord(id: ThreadID(at: time), title: "Tides", createdAt: time, activeAt: time)
    for number in 1...questionCount {
        for (role, words) in [(Role.user, "How often is high water? (\(number))"), (.assistant, "Twice a day.")] {
            record.messages.append(
                MessageRecord(
                    id: MessageID(at: time), parentID: record.messages.last?.id, role: role, parts: [.text(words)],
                    createdAt: time))
        }
    }
    record.tipID = record.messages.last?.id
    let vault = try Vault(file: file, for: .writing)
    defer { vault.close() }
    _ = try await vault.adopt([record])
    return record.id
}

extension Elapsed {
    fileprivate init(_ usage: ChildProcess.Usage) {
        self.init(wall: usage.wall, processor: usage.processor)
    }
}
