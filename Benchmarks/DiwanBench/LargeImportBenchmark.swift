import Foundation

/// `diwan import` of 2 GB, from its start to its end, while another process makes threads in the same vault: the most
/// memory it held, and the longest that the other one waited. Once as one file in one line, once as a ZIP archive of
/// fifty shards.
func measureLargeImports(_ stores: Stores, diwan: String) throws -> [Figure] {
    guard FileManager.default.isExecutableFile(atPath: diwan) else {
        throw FloorStore.Failure(description: "there is no release binary at \(diwan); make bench builds it")
    }
    let shards = 50
    let byteCount = 1 << 31
    let export = ChatGPTExport(words: stores.words)
    let file = stores.folder + "/conversations.json"
    if !FileManager.default.fileExists(atPath: file) {
        DiwanBench.note("  making \(file) …")
        _ = try export.write(to: file + ".unfinished", byteCount: byteCount)
        try FileManager.default.moveItem(atPath: file + ".unfinished", toPath: file)
    }
    var figures = try measure(["import", file], what: "2 GB in one line", stores, diwan)
    let archive = stores.folder + "/shards.zip"
    if !FileManager.default.fileExists(atPath: archive) {
        DiwanBench.note("  making \(archive) …")
        let folder = stores.folder + "/shards"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var (first, names) = (0, [String]())
        for shard in 0..<shards {
            names.append(folder + "/conversations-" + (shard < 10 ? "00" : "0") + "\(shard).json")
            first += try export.write(to: names[shard], byteCount: byteCount / shards, first: first).conversations
        }
        guard (try? ChildProcess.run(["zip", "-q", "-1", "-j", archive] + names)) != nil else {
            DiwanBench.note("  there is no zip on this machine to pack the shards with: apt-get install zip")
            return figures
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
    figures += try measure(["import", archive], what: "2 GB as a ZIP of \(shards) shards", stores, diwan)
    return figures
}

private func measure(_ words: [String], what: String, _ stores: Stores, _ diwan: String) throws -> [Figure] {
    let vault = stores.fresh("import-large")
    let other = [diwan, "new", "a thread meanwhile", "--vault", vault]
    // The vault is there, and what a writer takes that nobody is in the way of.
    _ = try ChildProcess.run(other)
    let alone = try (0..<20).map { _ in try ChildProcess.run(other).wall }
    let clock = ContinuousClock()
    let began = clock.now
    let importing = try ChildProcess.start([diwan] + words + ["--vault", vault])
    var waits: [Double] = []
    var memory = 0
    while try importing.isRunning() {
        memory = max(memory, importing.mostMemory ?? 0)
        waits.append(try ChildProcess.run(other).wall)
        // Ten commands a second are a person in a hurry; more would measure the commands.
        usleep(100_000)
    }
    let seconds = (clock.now - began) / .seconds(1)
    // A run of half an hour that is stopped has told what it knew.
    DiwanBench.note("  \(what): \(memory / 1_000_000) MB, \(Int(seconds)) s, the longest wait \(waits.max() ?? 0) s")
    return [
        Figure(what: "import of \(what): most memory", unit: "MB", ours: Double(memory) / 1e6, goal: .atMost(150)),
        Figure(what: "  from start to end", unit: "s", ours: seconds),
        Figure(what: "  diwan new meanwhile, the median", unit: "ms", ours: Spread(waits.map { $0 * 1e3 }).median),
        Figure(what: "  the longest of \(waits.count)", unit: "ms", ours: (waits.max() ?? 0) * 1e3),
        Figure(what: "  with nobody else there", unit: "ms", ours: Spread(alone.map { $0 * 1e3 }).median),
    ]
}
