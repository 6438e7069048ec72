import ConversationService
import Conversations
import Foundation
import HTTPTransport
import ModelUpstream
import Testing

@testable import Commands

struct ConfigurationFileTests {
    private func file(_ text: String) throws -> ConfigurationFile {
        try ConfigurationFile(Array(text.utf8), file: "/etc/diwan/config.toml", home: "/home/me")
    }

    @Test func `the example of the manual is read whole`() throws {
        let file = try file(
            """
            upstream = "acedata"                    # also DIWAN_UPSTREAM
            model = "gpt-4o-mini"
            [upstreams.acedata]
            url = "https://api.acedata.cloud"
            dialect = "acedata"
            key_env = "ACEDATACLOUD_API_TOKEN"
            [upstreams.work]
            url = "https://models.example.com/v1"
            dialect = "chat"
            model = "gpt-5-mini"
            timeouts = { connect = 10, first_byte = 60, idle = 60, total = 3600 }
            retries = 4
            ca_file = "/etc/ssl/work.pem"
            start = "my-server --port 8080"
            [context]
            default = "auto"
            [models."gpt-5-mini"]
            window = 400000
            """)
        #expect(file.upstream == "acedata" && file.model == "gpt-4o-mini" && file.contextMode == .auto)
        #expect(file.upstreams.map(\.name) == ["acedata", "work"])
        #expect(file.upstreams[0].keyEnvironment == ["ACEDATACLOUD_API_TOKEN"])
        let work = file.upstreams[1]
        #expect(work.url == "https://models.example.com/v1" && work.dialect == .chat && work.model == "gpt-5-mini")
        #expect(
            work.deadlines
                == HTTPDeadlines(
                    connect: .seconds(10), firstByte: .seconds(60), idle: .seconds(60), total: .seconds(3600)))
        #expect(work.retries == 4 && work.caFile == "/etc/ssl/work.pem" && work.start == "my-server --port 8080")
        #expect(work.line == 7)
        #expect(file.models.map(\.window) == [400_000])
    }

    @Test func `a relative file is taken from the configuration's folder, and a tilde is the home`() throws {
        let file = try file(
            "[upstreams.a]\nurl = 'http://a/v1'\nca_file = 'a.pem'\n[upstreams.b]\nurl = 'http://b/v1'\nca_file = '~/b.pem'"
        )
        #expect(file.upstreams.map(\.caFile) == ["/etc/diwan/a.pem", "/home/me/b.pem"])
    }

    @Test(arguments: [
        ("modle = 'x'", "/etc/diwan/config.toml:1: modle is no setting; did you mean model"),
        ("\n\nmodel = 5", ":3: model must be text in quotes, not an integer"),
        ("model = ''", ":1: model must not be empty"),
        ("[context]\ndefault = 'all'", ":2: context.default must be auto, full, summary, last:N or tokens:N"),
        ("context = 'auto'", ":1: context must be a table, not text"),
        ("keep_events = 1", ":1: keep_events must be true or false, not an integer"),
        ("keep_bodies = '90'", ":1: keep_bodies must be \"forever\""),
        ("[upstreams.work]\nretries = 2", ":1: upstreams.work needs a url"),
        ("[upstreams.work]\nurl = 'models.example.com'", ":2: upstreams.work.url must be a URL"),
        ("[upstreams.work]\nurl = 'https://me:pw@example.com'", ":2: upstreams.work.url must hold no user"),
        ("[upstreams.work]\nurl = 'https://e.com/v1?a=b'", ":2: upstreams.work.url must end with its path"),
        (
            "[upstreams.openai]\ndialect = 'anthropic'",
            ":2: upstreams.openai.dialect must be one of acedata, responses, chat"
        ),
        ("[upstreams.openai]\nretries = 99", ":2: upstreams.openai.retries must be 0 to 20, not 99"),
        ("[upstreams.openai]\nretries = 1.5", ":2: upstreams.openai.retries must be an integer, not a number"),
        (
            "[upstreams.openai]\n\ntimeouts = { connct = 1 }",
            ":3: upstreams.openai.timeouts.connct is no setting; did you mean connect"
        ),
        ("[upstreams.openai]\ntimeouts = { idle = 0 }", ":2: upstreams.openai.timeouts.idle must be above 0 seconds"),
        ("[upstreams.openai]\ntimeouts = 5", ":2: upstreams.openai.timeouts must be a table, not an integer"),
        (
            "[upstreams.openai]\nkey_env = 'A'\nkey_command = 'b'",
            ":3: upstreams.openai.key_command and key_env are both given"
        ),
        ("[upstreams.\"a/b\"]\nurl = 'http://a'", ":1: upstreams.\"a/b\" is no name for an upstream"),
        (
            "[upstreams.openai]\napi_key = 'sk-very-secret'",
            ":2: upstreams.openai.api_key does not belong here: a key in this file is easily shown."
        ),
        ("[models.m]\nwindow = 0", ":2: models.m.window must be 1 or more, not 0"),
        ("[models.m]\nprice = { input = 1 }", ":2: models.m.price must give input and output"),
        ("[upstream]\nname = 'x'", ":1: upstream must be text in quotes, not a table"),
        ("model = 1979-05-27", ":1: model must be text in quotes, not a date"),
        ("model = 'a'\nmodel = 'b'", ":2: not TOML"),
        ("model = \"a\nb\"", ":1: not TOML"),
    ])
    func `what is wrong is told in one line with its place`(text: String, expected: String) throws {
        let error = #expect(throws: SettingsError.self) { try file(text) }
        #expect(error?.code == .badFile)
        #expect(error?.exitCode == 78)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("/etc/diwan/config.toml:") == true)
        #expect(error?.message.contains("\n") == false)
        #expect(error?.message.contains("sk-very-secret") == false)
        #expect(error?.message.hasSuffix("Mend it: diwan config edit") == true)
    }

    @Test func `bytes that are no text are refused`() {
        for bytes: [UInt8] in [[0x6D, 0xFF], Array("model = 'a\u{0}b'".utf8)] {
            let error = #expect(throws: SettingsError.self) {
                try ConfigurationFile(bytes, file: "c.toml", home: "/h")
            }
            #expect(error?.message.contains("not a text in UTF-8") == true)
        }
    }

    @Test func `a folder in the file's place is told`() throws {
        try withFolder { folder in
            let error = #expect(throws: SettingsError.self) { try ConfigurationFile.read(folder, home: "/h") }
            #expect(error?.code == .unreadableFile && error?.exitCode == 78)
        }
    }

    @Test func `a configured price is exact`() throws {
        let file = try file("[models.m]\nprice = { input = 0.15, output = 0.6, cached = 0.075, currency = 'EUR' }")
        let price = try #require(file.models[0].price)
        #expect(price.currency == "EUR")
        #expect(price.cost(of: TokenUsage(input: 3, cached: 1, output: 7)) == Decimal(string: "0.000004575"))
        #expect(price.cost(of: TokenUsage(input: 3)) == nil)
    }
}
