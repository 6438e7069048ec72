import ArgumentParser
import TestSupport
import Testing

@testable import Commands

/// What is understood without the parser library has to be what the library understands.
struct PlainCommandTests {
    private static let verbs = ["list", "show", "tree", "complete-words"]

    /// Every option of the commands, mistakes, and words that look like something else.
    private static let words = [
        "--all", "--programs", "--trash", "--raw", "-l", "-w", "-C", "--tag", "--vault", "--config", "-j", "--json",
        "-q", "--quiet",
        "--",
        "@", "@2", "k3f9/7.2", "a title", "5", "-5", "+5", "05", "5x", "", "-", "--no-such", "-l5", "--tag=x", "-jq",
        "-h",
        "--help", "--version", "help", "list", "handles", "models", "x=y", "~/vault.db", "---completion",
    ]

    /// What the library makes of the same arguments, every value of the command told; nil where it refuses them.
    private static func byLibrary(_ arguments: [String]) -> String? {
        (try? DiwanCommand.parseAsRoot(DiwanCommand.arranged(arguments))).map { String(describing: $0) }
    }

    @Test(arguments: 0..<8)
    func `what is understood plainly is what the library understands`(_ seed: Int) {
        var random = Sequence64(state: UInt64(seed) + 1)
        var understood = 0
        for _ in 0..<250 {
            let verb = Self.verbs.randomElement(using: &random) ?? "list"
            let count = Int.random(in: 0...5, using: &random)
            let arguments = [verb] + (0..<count).compactMap { _ in Self.words.randomElement(using: &random) }
            guard let plain = DiwanCommand.plain(arguments) else { continue }
            understood += 1
            #expect(String(describing: plain) == Self.byLibrary(arguments), "\(arguments)")
        }
        #expect(understood > 20)
    }

    @Test(arguments: [
        "list", "list -l 24", "list --all --json", "list --programs", "list --trash -q", "list --tag work --vault v.db",
        "list -w tag:work --all", "show", "show @",
        "show k3f9/7 -C 3", "show --all --raw", "show -j --vault v.db --config c.toml", "tree", "tree @2 --all",
        "complete-words handles", "complete-words models -- diwan --vault v.db show",
    ])
    func `what people and scripts type every day needs no library`(line: String) throws {
        let arguments = line.split(separator: " ").map { String($0) }
        let plain = try #require(DiwanCommand.plain(arguments))
        #expect(String(describing: plain) == Self.byLibrary(arguments))
    }

    @Test(arguments: [
        "list --help", "list -h", "show --help", "tree --help-hidden", "list --version", "list one", "list -l",
        "list -l x",
        "list -l -1", "list --tag", "list -w", "list -w -tag:work", "list --no-such", "show one two", "show -C",
        "show -C many", "show --vault",
        "tree --raw", "complete-words", "complete-words nothing", "lst", "--help", "--version", "help list",
        "ask -c words",
    ])
    func `help and mistakes are told by the library alone`(line: String) {
        #expect(DiwanCommand.plain(line.split(separator: " ").map { String($0) }) == nil)
    }

    @Test func `without arguments there is a first screen, not a list`() {
        #expect(DiwanCommand.plain([]) == nil)
    }
}

/// SeededNumbers: the same numbers in every run.
private struct Sequence64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
