import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite struct ServeTests {
    private static func lister() throws -> ScriptedServer {
        try ScriptedServer { try $0.respond(body: "{\"data\":[{\"id\":\"test-model\"}]}") }
    }

    @Test func `serve says where it is, answers there, and ends when it is told to`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let serving = try home.start(["serve", "--port", "0"])
        #expect(await serving.says("export OPENAI_API_KEY="))
        let url = try #require(
            serving.output.split(separator: "\n").first?.split(separator: "=").last.map(String.init))
        let models = try await home.shell("curl -s \(url)/models -H 'Authorization: Bearer sk-their-own-KEY'")
        #expect(models.output.contains("\"test-model\""))
        serving.signal(SIGTERM)
        let ended = try await home.end(serving)
        #expect(ended.code == 0)
        #expect(ended.errors.contains("http.route=/models") && !ended.errors.contains("their-own"))
        try await home.expectSound()
    }

    @Test func `a port that is taken is said, with what to do`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let ended = try await home.diwan("serve", "--port", "\(server.port)")
        #expect(ended.code == 1)
        #expect(ended.errors.contains("port \(server.port) of 127.0.0.1 is taken by another program."))
    }

    @Test func `other machines are served only once a program has a key`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let refused = try await home.diwan("serve", "--host", "0.0.0.0", "--port", "0")
        #expect(refused.code == 78 && refused.errors.contains("diwan keys add NAME"))
        let key = try await home.diwan("keys", "add", "phone", "--all")
        #expect(key.code == 0 && key.line.hasPrefix("diwan-"))
        let serving = try home.start(["serve", "--host", "0.0.0.0", "--port", "0"])
        #expect(await serving.says("export OPENAI_API_KEY="))
        let url = try #require(
            serving.output.split(separator: "\n").first?.split(separator: "=").last.map(String.init))
        let status = "curl -s -o /dev/null -w '%{http_code}' \(url)/models"
        #expect(try await home.shell(status).output == "401")
        #expect(try await home.shell("\(status) -H 'Authorization: Bearer \(key.line)'").output == "200")
        #expect(try await home.diwan("keys", "revoke", "phone").code == 0)
        #expect(try await home.shell("\(status) -H 'Authorization: Bearer \(key.line)'").output == "401")
        serving.signal(SIGINT)
        let ended = try await home.end(serving)
        #expect(ended.code == 0 && !ended.errors.contains(key.line))
        let listed = try await home.diwan("keys", "list", "--json")
        let usedAt = try listed.json["used_at"]?.string
        #expect(!listed.output.contains(key.line) && usedAt != nil)
    }

    @Test func `a key is printed once, and a program has one`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let first = try await home.diwan("keys", "add", "notes", "--on-disconnect", "cancel")
        let again = try await home.diwan("keys", "add", "notes")
        #expect(first.code == 0 && again.code == 64 && again.errors.contains("has a key already"))
        #expect(try await home.diwan("keys", "add", "two words").code == 64)
        #expect(try await home.diwan("keys", "revoke", "nobody").code == 66)
        #expect(try await home.diwan("keys", "revoke", "notes").code == 0)
        #expect(try await home.diwan("keys", "add", "notes").code == 0)
        let bytes = try Data(contentsOf: URL(filePath: home.vaultFile))
        #expect(bytes.range(of: Data(first.line.utf8)) == nil)
    }

    @Test func `a program is served alone, and serve ends as it ends`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let script = "curl -s $OPENAI_BASE_URL/models -H \"Authorization: Bearer $OPENAI_API_KEY\"; exit 7"
        let ended = try await home.diwan("serve", "--require-key", "--", "sh", "-c", script)
        #expect(ended.code == 7 && ended.output.contains("\"test-model\""))
        #expect(try await home.diwan("serve", "--", "true").code == 0)
        let missing = try await home.diwan("serve", "--", "no-such-program-here")
        #expect(missing.code == 66 && missing.errors.contains("no-such-program-here cannot be started"))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal for serve is the program's`(number: Int32) async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let script = "trap 'echo told; exit 9' INT TERM HUP; echo waiting; while :; do sleep 0.05; done"
        let serving = try home.start(["serve", "--", "sh", "-c", script])
        #expect(await serving.says("waiting"))
        serving.signal(number)
        let ended = try await home.end(serving)
        #expect(ended.code == 9 && ended.output.contains("told"))
    }

    @Test func `a socket is its owner's, and nothing is left of it`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let path = home.folder + "/tmp/s"
        let serving = try home.start(["serve", "--socket", path])
        #expect(await serving.says("--unix-socket"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let models = try await home.shell("curl -s --unix-socket \(path) http://localhost/v1/models")
        #expect(models.output.contains("\"test-model\""))
        let second = try await home.diwan("serve", "--socket", path)
        #expect(second.code == 1 && second.errors.contains("another program listens on"))
        serving.signal(SIGTERM)
        #expect(try await home.end(serving).code == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
        try home.write("mine", to: "tmp/file")
        let taken = try await home.diwan("serve", "--socket", home.folder + "/tmp/file")
        #expect(taken.code == 78 && taken.errors.contains("is no socket"))
    }

    @Test func `the configuration says how to serve, and a mistake in it is named`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat, more: "[serve]\nport = 0\nrequire_key = true\nlimits = { body = 1 }")
        let serving = try home.start(["serve", "--json"])
        #expect(await serving.says("\"url\""))
        let url = try #require(try JSON(parsing: serving.output)["url"]?.string)
        let status = try await home.shell("curl -s -o /dev/null -w '%{http_code}' \(url)/models")
        #expect(status.output == "401")
        serving.signal(SIGTERM)
        _ = try await home.end(serving)
        let wrong = try Home(server, .chat, more: "[serve]\nprot = 1")
        let ended = try await wrong.diwan("serve")
        #expect(ended.code == 78 && ended.errors.contains("did you mean port"))
    }

    @Test func `the unit for systemd starts this program as it is set up`() async throws {
        let server = try Self.lister()
        defer { server.stop() }
        let home = try Home(server, .chat)
        let unit = try await home.diwan("serve", "--print-unit", "--port", "4242")
        #expect(unit.code == 0)
        let line = try #require(unit.output.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        #expect(line.contains("serve --host 127.0.0.1 --port 4242 --vault \(home.vaultFile)"))
        let words = line.dropFirst("ExecStart=".count).split(separator: " ")
        #expect(FileManager.default.isExecutableFile(atPath: String(words[0])))
    }
}
