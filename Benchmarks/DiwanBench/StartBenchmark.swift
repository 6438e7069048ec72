import Foundation

/// Commands from their start to their end, beside `sqlite3 FILE 'select 1'`: the processor time of the whole process.
func measureStarts(_ stores: Stores, diwan: String) throws -> [Figure] {
    let (path, messageCount, _, _) = try stores.chats()
    guard FileManager.default.isExecutableFile(atPath: diwan) else {
        throw FloorStore.Failure(description: "there is no release binary at \(diwan); make bench builds it")
    }
    let binary = stores.folder + "/diwan-stripped"
    try? FileManager.default.removeItem(atPath: binary)
    if (try? ChildProcess.run(["strip", "-o", binary, diwan])) == nil {
        try FileManager.default.copyItem(atPath: diwan, toPath: binary)
    }
    let floor = ["sqlite3", path, "select 1"]
    guard (try? ChildProcess.run(floor)) != nil else {
        DiwanBench.note("  there is no sqlite3 on this machine to start beside: apt-get install sqlite3")
        return []
    }
    var figures: [Figure] = []
    for (what, words, isHeld) in [
        ("diwan --version", ["--version"], false),
        ("diwan list, a screenful", ["list", "-l", "24", "--vault", path], true),
        ("diwan show @", ["show", "@", "--vault", path], true),
        ("diwan list, all \(stores.words.chats.count)", ["list", "--vault", path], false),
    ] {
        var (ours, theirs): ([ChildProcess.Usage], [ChildProcess.Usage]) = ([], [])
        for round in 0..<21 {
            if round.isMultiple(of: 2) {
                ours.append(try ChildProcess.run([binary] + words))
                theirs.append(try ChildProcess.run(floor))
            } else {
                theirs.append(try ChildProcess.run(floor))
                ours.append(try ChildProcess.run([binary] + words))
            }
        }
        // Accounting by the tick makes single times coarse: the ratio is that of the sums over thirds of the rounds.
        let thirds = (0..<3).map { third in
            (third..<21).filter { $0 % 3 == third }.reduce((0.0, 0.0)) {
                ($0.0 + ours[$1].processor, $0.1 + theirs[$1].processor)
            }
        }
        let milliseconds = Spread(ours.map { $0.processor * 1e3 }).median
        figures.append(
            Figure(
                what: "\(what), CPU of the process", unit: "ms", ours: milliseconds,
                floor: Spread(theirs.map { $0.processor * 1e3 }).median, ratio: Spread(thirds.map { $0.0 / $0.1 }),
                goal: isHeld ? .ratio(5) : nil))
        if isHeld {
            figures.append(Figure(what: "  the same", unit: "ms", ours: milliseconds, goal: .atMost(10)))
        }
        figures.append(
            Figure(
                what: "  from start to end", unit: "ms",
                ours: Spread(ours.map { $0.wall * 1e3 }).median, floor: Spread(theirs.map { $0.wall * 1e3 }).median))
    }
    DiwanBench.note("  over \(messageCount) messages")
    return figures
}
