import ArgumentParser
import Foundation
import Testing

@testable import Commands

struct CompletionWordsTests {
    @Test(arguments: [
        (["diwan", "--vault", "/v/a.db", "show"], "/v/a.db"), (["diwan", "show", "--vault=/v/a.db"], "/v/a.db"),
        (["diwan", "--vault", "=", "/v/a.db", "show"], "/v/a.db"),
        (["diwan", "--vault", "'/v/my vault.db'"], "/v/my vault.db"),
        (["diwan", "--vault", #"/v/my\ vault.db"#], "/v/my vault.db"),
        (["diwan", "--vault", #""/v/it's.db""#], "/v/it's.db"),
    ])
    func `the vault is the one on the line, as the shell will read it`(line: [String], vault: String) {
        #expect(TypedLine(line).value(of: "--vault") == vault)
    }

    @Test func `a home folder is meant where a tilde stands`() {
        #expect(TypedLine(["diwan", "--vault", "~/v.db"]).value(of: "--vault") == NSHomeDirectory() + "/v.db")
    }

    @Test(arguments: [["diwan", "show"], ["diwan", "show", "--vault"], []])
    func `a line that names no vault names none`(line: [String]) {
        #expect(TypedLine(line).value(of: "--vault") == nil)
    }

    @Test(arguments: [
        (CompletionsCommand.Shell.bash, #"diwan complete-words handles -- "${COMP_WORDS[@]}" 2>/dev/null"#),
        (.zsh, #"diwan complete-words handles -- "${command_line[@]}" 2>/dev/null"#),
        (.fish, "diwan complete-words handles -- (commandline -opc) 2>/dev/null"),
    ])
    func `a completion script hands the line over, wherever it asks for words`(
        shell: CompletionsCommand.Shell, asking: String
    ) throws {
        let script = CompletionScript.tellingTheLine(
            DiwanCommand.completionScript(for: try #require(CompletionShell(rawValue: shell.rawValue))), to: shell)
        #expect(script.contains(asking))
        let (asked, told) = (script.split(separator: "diwan complete-words "), script.split(separator: " 2>/dev/null"))
        #expect(asked.count == told.count)
        for rest in asked.dropFirst() {
            #expect(rest.split(separator: " ", maxSplits: 2).dropFirst().first == "--")
        }
    }
}
