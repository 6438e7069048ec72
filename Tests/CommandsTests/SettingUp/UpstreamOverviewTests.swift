import ConversationService
import Foundation
import ModelUpstream
import OrderedJSON
import Testing

@testable import Commands

struct UpstreamOverviewTests {
    private func overview(
        _ text: String = "", environment: [String: String] = [:], keyOf kept: String? = nil, listening: String? = nil
    ) throws -> (overview: UpstreamOverview, folder: String) {
        try withFolder { folder in
            if !text.isEmpty { try write(text, to: folder + "/.config/diwan/config.toml") }
            if let kept { try KeyFile(upstream: kept, folder: folder + "/.config/diwan/keys").write("sk-HIDDEN") }
            let settings = try Settings.read(flags: SettingsFlags(), environment: environment, home: folder)
            return (UpstreamOverview(settings) { $0.name == listening }, folder)
        }
    }

    private func line(_ name: String, _ overview: UpstreamOverview) throws -> UpstreamOverview.Line {
        try #require(overview.lines.first { $0.entry.upstream.name == name })
    }

    @Test func `the shape of an upstream is this`() throws {
        let found = try overview(environment: ["OPENAI_API_KEY": "sk-HIDDEN"]).overview
        #expect(
            try line("openai", found).json.text()
                == #"{"object":"upstream","id":"openai","name":"openai","url":"https://api.openai.com/v1","dialect":"responses","model":"gpt-4o-mini","key":{"needed":true,"source":"OPENAI_API_KEY","found":true},"built_in":true,"usable":true,"default":true}"#
        )
    }

    @Test func `no key is ever among what is shown`() throws {
        let found = try overview(environment: ["OPENAI_API_KEY": "sk-HIDDEN"], keyOf: "acedata").overview
        for line in found.lines {
            #expect(!line.json.text().contains("HIDDEN") && !line.keyPlace.contains("HIDDEN"))
        }
    }

    @Test func `a kept key is said to be there, and comes before a variable`() throws {
        let (found, folder) = try overview(environment: ["ACEDATA_API_KEY": "x"], keyOf: "acedata")
        let line = try line("acedata", found)
        #expect(line.keyPlace == "kept by login" && line.isUsable && line.isDefault)
        #expect(line.json["key"]?["source"]?.string == folder + "/.config/diwan/keys/acedata")
        #expect(line.json["key"]?["found"] == true)
    }

    @Test func `a command is not run to see whether it has a key`() throws {
        let found = try overview("[upstreams.w]\nurl = 'http://w'\nkey_command = 'touch RAN'").overview
        let line = try line("w", found)
        #expect(line.json["key"]?["source"] == "key_command" && line.json["key"]?["found"] == .null)
    }

    @Test func `a server on this machine is usable while it listens`() throws {
        let found = try overview(listening: "lmstudio").overview
        #expect(try line("lmstudio", found).isUsable && line("lmstudio", found).isDefault)
        #expect(try !line("ollama", found).isUsable)
        #expect(try line("ollama", found).keyPlace == "on this machine, not running")
    }

    @Test func `why the default is the default is told`() throws {
        #expect(try overview(environment: ["OPENAI_API_KEY": "x"]).overview.reason == "the first usable one")
        #expect(
            try overview(environment: ["DIWAN_UPSTREAM": "groq"]).overview.reason == "upstream in DIWAN_UPSTREAM")
        let (found, folder) = try overview("model = 'groq/llama'")
        #expect(found.reason == "model in \(folder)/.config/diwan/config.toml:1" && found.model == "llama")
    }

    @Test func `a default that is no upstream is told and the list is shown all the same`() throws {
        let found = try overview("upstream = 'gone'").overview
        #expect(found.problem?.code == .unknownUpstream && found.lines.count == BuiltInUpstreams.all.count)
        #expect(found.lines.allSatisfy { !$0.isDefault })
    }

    @Test func `without anything usable there is no default and no problem`() throws {
        let found = try overview().overview
        #expect(found.reason == nil && found.problem == nil && found.lines.allSatisfy { !$0.isUsable })
    }
}
