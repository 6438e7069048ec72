import ArgumentParser
import Foundation
import OrderedJSON

struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "The completion script of a shell: commands, options, handles, models.",
        discussion: """
              bash   diwan completions bash > ~/.local/share/bash-completion/completions/diwan
              zsh    diwan completions zsh > ~/.zfunc/_diwan      (with fpath+=~/.zfunc before compinit)
              fish   diwan completions fish > ~/.config/fish/completions/diwan.fish

            make install puts all three where their shells look.
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: ArgumentHelp("Which.", valueName: "bash|zsh|fish"))
    var shell: Shell

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() throws {
        let script = CompletionScript.tellingTheLine(
            CompletionScript.withoutSecondHelp(
                DiwanCommand.completionScript(for: CompletionShell(rawValue: shell.rawValue) ?? .bash)), to: shell)
        let console = Console(
            environment: ProcessInfo.processInfo.environment, isQuiet: common.quiet, printsJSON: common.json)
        if common.json {
            console.json(
                .object(["object": "completions", "shell": .string(shell.rawValue), "script": .string(script)]))
        } else {
            console.write(script.hasSuffix("\n") ? script : script + "\n")
        }
    }
}

enum CompletionScript {
    /// The script with the line that is being typed handed to `complete-words`, so that it looks into the vault that is
    /// named there. The parser library has one command for all shells, and each of them has the line elsewhere.
    static func tellingTheLine(_ script: String, to shell: CompletionsCommand.Shell) -> String {
        let line =
            switch shell {
            case .bash: #""${COMP_WORDS[@]}""#
            case .zsh: #""${command_line[@]}""#
            case .fish: "(commandline -opc)"
            }
        var script = script
        for kind in CompletionWordsCommand.Kind.allCases {
            let words = "diwan complete-words \(kind.rawValue)"
            script = script.replacing(words + " 2>", with: "\(words) -- \(line) 2>")
        }
        return script
    }

    /// The script without the parser's own `help`, which it adds to ours and which would be in its place: it knows no topics.
    static func withoutSecondHelp(_ script: String) -> String {
        var script = script.replacing("|help|help)", with: "|help)")
        let function = "\n_diwan_help() {\n"
        let pieces = script.split(separator: function, omittingEmptySubsequences: false)
        if pieces.count == 3, let end = pieces[2].range(of: "\n}\n") {
            script = pieces[0] + function + pieces[1] + "\n" + pieces[2][end.upperBound...]
        }
        return script.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("Show subcommand help information.") }.joined(separator: "\n")
    }
}
