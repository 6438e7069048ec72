import Conversations
import Foundation
import Testing

@testable import Commands

/// `config set`, `upstreams add` and `remove` change what they name and no other byte.
struct ConfigurationEditingTests {
    private static let file = """
        # My own words, kept.
        upstream = "acedata"   # the default
        model = 'gpt-4o-mini'

        # Work pays for this one.
        [upstreams.work] # ours
        url = "https://models.example.com/v1"
        dialect = "chat"
        # slow on Mondays
        timeouts = { connect = 10, idle = 60 }   # seconds


        # The rest.
          [context]
          default = "auto"
        [models."gpt-4.1"]
        window = 1_000_000

        """

    private func edit(_ text: String?, _ change: (ConfigurationEditor) throws -> Void) throws -> String {
        try withFolder { folder in
            let path = folder + "/diwan/config.toml"
            if let text { try write(text, to: path) }
            try change(ConfigurationEditor(file: path, home: folder))
            return try read(path)
        }
    }

    /// The setting, the words, what stood there and what stands there afterwards.
    @Test(arguments: [
        ("model", "gpt-5", "model = 'gpt-4o-mini'", "model = \"gpt-5\""),
        ("upstream", "work", "upstream = \"acedata\"   # the default", "upstream = \"work\"   # the default"),
        ("keep_events", "yes", "model = 'gpt-4o-mini'\n", "model = 'gpt-4o-mini'\nkeep_events = true\n"),
        ("upstreams.work.dialect", "responses", "dialect = \"chat\"", "dialect = \"responses\""),
        (
            "upstreams.work.retries", "2", "idle = 60 }   # seconds\n", "idle = 60 }   # seconds\nretries = 2\n"
        ),
        ("upstreams.work.timeouts.idle", "7.5", "idle = 60 }", "idle = 7.5 }"),
        ("upstreams.work.timeouts.total", "9", "idle = 60 }", "idle = 60, total = 9 }"),
        ("context.default", "last:6", "default = \"auto\"", "default = \"last:6\""),
        ("models.gpt-4.1.window", "4000", "window = 1_000_000", "window = 4000"),
        (
            "models.\"gpt-4.1\".longest_answer", "10", "window = 1_000_000\n",
            "window = 1_000_000\nlongest_answer = 10\n"
        ),
    ])
    func `a setting is changed and everything else stays`(
        name: String, words: String, before: String, after: String
    ) throws {
        let edited = try edit(Self.file) { editor in
            try editor.set(name, to: words)
            #expect(try editor.get(name) == (words == "yes" ? "true" : words))
        }
        #expect(Self.file.ranges(of: before).count == 1)
        #expect(edited == Self.file.replacing(before, with: after))
    }

    /// Files that say the same in different ways.
    private static let ways = [
        file, file.replacing("\n", with: "\r\n"), "\u{FEFF}" + file,
        "# nothing yet\n", "model = 'm'", "\n\n[upstreams.work]\nurl = 'http://w'\n\n\n",
        "upstreams.work.url = 'http://w'\n[context]\n",
        "[upstreams.work]\nurl = \"\"\"http://w\"\"\" # [x]\n  [upstreams.work.timeouts] # in seconds\n  idle = 1\n",
        "[upstreams.work]\nurl = 'http://w'\nkey_env = [\n  'A', # = [\n  'B',\n]\n# the end",
    ]
    private static let settings = [
        ("vault", "v.db"), ("keep_bodies", "90d"), ("context.default", "tokens:400"),
        ("upstreams.work.retries", "3"), ("upstreams.work.timeouts.total", "9"), ("upstreams.openai.model", "m"),
        ("models.a/b:c d.window", "77"), ("models.gpt-4.1.longest_answer", "5"),
    ]

    @Test(arguments: ways, settings)
    func `what is set can be read, and taken out again it leaves every line that was there`(
        text: String, setting: (name: String, words: String)
    ) throws {
        try withFolder { folder in
            let editor = ConfigurationEditor(file: folder + "/config.toml", home: folder)
            try write(text, to: editor.file)
            guard try editor.get(setting.name) == nil else { return }
            do {
                try editor.set(setting.name, to: setting.words)
            } catch let error as SettingsError where error.code == .cannotEdit || error.code == .badValue {
                #expect(try read(editor.file) == text)
                return
            }
            #expect(try editor.get(setting.name) == setting.words)
            func lines(_ text: String) -> [String] {
                text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
            }
            var missing = lines(text)
            for line in lines(try read(editor.file)) {
                if let at = missing.firstIndex(of: line) { missing.remove(at: at) }
            }
            // A line that was there is there still, but for the one whose braces took the new key in.
            #expect(missing.allSatisfy { $0.contains("{") && setting.name.contains("timeouts") })
            let found = try editor.unset(setting.name)
            #expect(found)
            #expect(try editor.get(setting.name) == nil)
            let left = lines(try read(editor.file)).filter { !$0.isEmpty }
            #expect(left.filter { $0.first != "[" } == lines(text).filter { !$0.isEmpty && $0.first != "[" })
        }
    }

    @Test func `a setting of an upstream that the file does not name makes its table at the end`() throws {
        #expect(
            try edit(Self.file) { try $0.set("upstreams.openai.timeouts.idle", to: "5") }
                == Self.file + "\n[upstreams.openai]\ntimeouts = { idle = 5 }\n")
        #expect(
            try edit("model = 'm'") { try $0.set("context.default", to: "full") }
                == "model = 'm'\n\n[context]\ndefault = \"full\"\n")
    }

    @Test func `a first setting at the top goes above the first table and its comment`() throws {
        #expect(
            try edit("# About this file.\n\n# Work.\n[upstreams.work]\nurl = 'http://w'\n") {
                try $0.set("model", to: "m")
            } == "# About this file.\n\nmodel = \"m\"\n\n# Work.\n[upstreams.work]\nurl = 'http://w'\n")
    }

    @Test func `a file that is not there is made for its owner alone`() throws {
        try withFolder { folder in
            let path = folder + "/config/diwan/config.toml"
            let editor = ConfigurationEditor(file: path, home: folder)
            #expect(try editor.get("model") == nil)
            try editor.set("model", to: "a \"quoted\" name\\")
            #expect(try read(path) == "model = \"a \\\"quoted\\\" name\\\\\"\n")
            #expect(try permissions(path) == 0o600)
            #expect(try permissions(folder + "/config/diwan") == 0o700)
            #expect(try editor.get("model") == "a \"quoted\" name\\")
        }
    }

    @Test func `a file keeps its permissions and a link stays a link`() throws {
        try withFolder { folder in
            try write("model = 'a'\n", to: folder + "/dotfiles/diwan.toml")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640], ofItemAtPath: folder + "/dotfiles/diwan.toml")
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/config.toml", withDestinationPath: "dotfiles/diwan.toml")
            try ConfigurationEditor(file: folder + "/config.toml", home: folder).set("model", to: "b")
            #expect(try read(folder + "/dotfiles/diwan.toml") == "model = \"b\"\n")
            #expect(try permissions(folder + "/dotfiles/diwan.toml") == 0o640)
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/config.toml")
                    == "dotfiles/diwan.toml")
        }
    }

    @Test func `line ends of Windows and a missing last one are kept as they are`() throws {
        #expect(
            try edit("model = 'a'\r\nupstream = 'openai'") { try $0.set("keep_events", to: "true") }
                == "model = 'a'\r\nupstream = 'openai'\r\nkeep_events = true\r\n")
    }

    @Test func `a value of several lines is replaced whole`() throws {
        let text = "[upstreams.w]\nurl = 'http://w'\nkey_env = [\n  'A', # one ]\n  'B',\n]\nmodel = \"\"\"m\"\"\"\n"
        #expect(
            try edit(text) { try $0.set("upstreams.w.key_env", to: "C, D") }
                == "[upstreams.w]\nurl = 'http://w'\nkey_env = [\"C\", \"D\"]\nmodel = \"\"\"m\"\"\"\n")
    }

    @Test func `an upstream is added at the end and taken away again`() throws {
        let added = try edit(Self.file) {
            try $0.addUpstream(
                "lab", url: "http://127.0.0.1:9000/v1", dialect: .chat, model: "m", keyEnvironment: "LAB_KEY")
        }
        #expect(
            added == Self.file
                + "\n[upstreams.lab]\nurl = \"http://127.0.0.1:9000/v1\"\ndialect = \"chat\"\nkey_env = \"LAB_KEY\"\nmodel = \"m\"\n"
        )
        let removed = try edit(added) { editor in
            let found = try editor.removeUpstream("lab")
            #expect(found)
        }
        #expect(removed == Self.file + "\n")
    }

    @Test func `an upstream in the middle goes with its keys, and what stands around it stays`() throws {
        let removed = try edit(Self.file) { editor in
            let found = try editor.removeUpstream("work")
            #expect(found)
        }
        #expect(
            removed == """
                # My own words, kept.
                upstream = "acedata"   # the default
                model = 'gpt-4o-mini'

                # Work pays for this one.

                # The rest.
                  [context]
                  default = "auto"
                [models."gpt-4.1"]
                window = 1_000_000

                """)
    }

    @Test func `an upstream goes with the tables below it`() throws {
        let text = "[upstreams.w]\nurl = 'http://w'\n[upstreams.w.timeouts]\nidle = 5\n[context]\ndefault = 'full'\n"
        let removed = try edit(text) { editor in
            let found = try editor.removeUpstream("w")
            #expect(found)
        }
        #expect(removed == "[context]\ndefault = 'full'\n")
        let set = try edit(text) { try $0.set("upstreams.w.timeouts.total", to: "6") }
        #expect(set.contains("idle = 5\ntotal = 6\n"))
    }

    @Test func `an upstream written on one line can be taken away`() throws {
        let text = "upstreams.w = { url = 'http://w' } # one line\nmodel = 'm'\n"
        let removed = try edit(text) { editor in
            let found = try editor.removeUpstream("w")
            #expect(found)
        }
        #expect(removed == "model = 'm'\n")
    }

    @Test(arguments: [
        ("{ connect = 1, idle = 2, total = 3 }", "connect", "{ idle = 2, total = 3 }"),
        ("{ connect = 1, idle = 2, total = 3 }", "idle", "{ connect = 1, total = 3 }"),
        ("{ connect = 1, idle = 2, total = 3 }", "total", "{ connect = 1, idle = 2 }"),
    ])
    func `a key inside braces goes with its comma`(before: String, key: String, after: String) throws {
        let text = "[upstreams.openai]\ntimeouts = \(before) # s\n"
        let edited = try edit(text) { editor in
            let found = try editor.unset("upstreams.openai.timeouts.\(key)")
            #expect(found)
        }
        #expect(edited == "[upstreams.openai]\ntimeouts = \(after) # s\n")
    }

    @Test func `a setting is taken out with its line`() throws {
        let edited = try edit(Self.file) { editor in
            let (found, foundToo) = (try editor.unset("upstream"), try editor.unset("vault"))
            #expect(found && !foundToo)
        }
        #expect(edited == Self.file.replacing("upstream = \"acedata\"   # the default\n", with: ""))
    }

    @Test(arguments: [
        ("modle", "x", SettingsError.Code.unknownSetting, "Did you mean model?"),
        ("upstreams.work.urll", "x", .unknownSetting, "upstreams.NAME has: "),
        ("upstreams.a/b.url", "http://a", .unknownSetting, "there is no setting"),
        ("keep_events", "perhaps", .badValue, "keep_events is true or false, not perhaps."),
        ("upstreams.work.retries", "two", .badValue, "upstreams.work.retries is an integer, not two."),
        ("upstreams.work.retries", "99", .badValue, "must be 0 to 20, not 99. Nothing was changed."),
        ("upstreams.new.model", "m", .badValue, "upstreams.new needs a url"),
        (
            "context.default", "most", .badValue,
            "context.default must be auto, full, summary, last:N or tokens:N. Nothing"
        ),
    ])
    func `a wrong setting changes nothing`(
        name: String, words: String, code: SettingsError.Code, told: String
    ) throws {
        let after = try edit(Self.file) { editor in
            let error = #expect(throws: SettingsError.self) { try editor.set(name, to: words) }
            #expect(error?.code == code)
            #expect(error?.exitCode == 64)
            #expect(error?.message.contains(told) == true, "\(error?.message ?? "")")
        }
        #expect(after == Self.file)
    }

    @Test func `what cannot be edited alone is left for the editor`() throws {
        let text = "upstreams = { work = { url = 'http://w' } }\n"
        let after = try edit(text) { editor in
            let error = #expect(throws: SettingsError.self) {
                try editor.addUpstream("lab", url: "http://lab/v1", dialect: .chat)
            }
            #expect(error?.code == .cannotEdit && error?.exitCode == 78)
            #expect(error?.message.hasSuffix("diwan config edit") == true)
        }
        #expect(after == text)
    }

    @Test func `a file that is wrong already is not written to`() throws {
        let text = "nonsense = 1\n"
        let after = try edit(text) { editor in
            let error = #expect(throws: SettingsError.self) { try editor.set("model", to: "m") }
            #expect(error?.code == .badFile)
        }
        #expect(after == text)
    }

    @Test func `an upstream is not added twice, nor with a bad name or URL`() throws {
        let after = try edit(Self.file) { editor in
            for (name, url) in [("work", "http://w"), ("a b", "http://w"), ("lab", "ftp://w"), ("lab", "w")] {
                let error = #expect(throws: SettingsError.self) {
                    try editor.addUpstream(name, url: url, dialect: .chat)
                }
                #expect(error?.code == .badValue)
            }
        }
        #expect(after == Self.file)
    }

    @Test func `an editor finds a file to open`() throws {
        try withFolder { folder in
            let editor = ConfigurationEditor(file: folder + "/new/config.toml", home: folder)
            try editor.makeFile()
            #expect(try read(editor.file).isEmpty)
            #expect(try permissions(editor.file) == 0o600)
            try write("model = 1", to: editor.file)
            try editor.makeFile()
            #expect(try read(editor.file) == "model = 1")
            #expect(throws: SettingsError.self) { try editor.check() }
        }
    }
}
