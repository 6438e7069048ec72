import ConversationService
import Conversations
import Foundation
import HTTPTypes
import OrderedJSON
import Testing

@testable import Gateway

@Suite struct CallerTests {
    /// Says who asked.
    private static let whoami = Route(.get, "/whoami") { request in
        .json(["name": .string(request.caller.name), "all": .bool(request.caller.seesAll)])
    }

    @Test(arguments: ["evil.example", "evil.example:4141", "127.0.0.1.evil.example", "localhost.evil.example", "[::2]"])
    func `a page that lets its own name point here is turned away`(host: String) async throws {
        try await RunningGateway.with { gateway in
            let answer = try await gateway.ask("GET", "/v1/models", ["Host": host])
            #expect(answer.status == 403)
            #expect(answer.body.contains("host_refused"))
        }
    }

    @Test(arguments: [
        "localhost", "LOCALHOST:80", "127.0.0.1", "127.9.9.9:1", "[::1]:4141", "diwan.localhost", "localhost.",
    ])
    func `a program may call this machine by any name of its own`(host: String) async throws {
        try await RunningGateway.with { gateway in
            let answer = try await gateway.ask("GET", "/v1/models", ["Host": host])
            #expect(answer.status == 200)
        }
    }

    @Test func `web pages may ask only from origins that were named`() async throws {
        try await RunningGateway.with { gateway in
            for origin in ["https://evil.example", "null", "http://localhost:3000"] {
                #expect(try await gateway.ask("POST", "/v1/embeddings", ["Origin": origin], body: "{}").status == 403)
                let asked = ["Origin": origin, "Access-Control-Request-Method": "POST"]
                let preflight = try await gateway.ask("OPTIONS", "/v1/models", asked)
                #expect(preflight.status == 403)
                #expect(!preflight.head.lowercased().contains("access-control-allow"))
            }
            #expect(try await gateway.ask("GET", "/v1/models", ["Sec-Fetch-Site": "cross-site"]).status == 403)
        }
        try await RunningGateway.with {
            $0.origins = ["app://notes"]
        } work: { gateway in
            let asked = ["Origin": "app://notes", "Access-Control-Request-Method": "POST"]
            let preflight = try await gateway.ask("OPTIONS", "/v1/models", asked)
            #expect(preflight.status == 204)
            #expect(preflight.head.contains("Access-Control-Allow-Origin: app://notes"))
            for method in ["GET", "POST", "PATCH", "DELETE"] { #expect(preflight.head.contains(method)) }
            #expect(try await gateway.ask("GET", "/v1/models", ["Origin": "app://notes"]).status == 200)
            #expect(try await gateway.ask("GET", "/v1/models", ["Origin": "app://other"]).status == 403)
        }
    }

    @Test func `on this machine a plain word names the program, and nothing like a key is ever shown`() async throws {
        try await RunningGateway.with(routes: [Self.whoami]) { gateway in
            func name(_ key: String, _ agent: String = "OpenAI/Python 3.54.0") async throws -> String {
                try await gateway.ask("GET", "/whoami", ["Authorization": "Bearer \(key)", "User-Agent": agent]).body
            }
            #expect(try await name("notes").contains("\"notes\""))
            #expect(try await name("my-program").contains("\"my-program\""))
            for key in ["sk-proj-Abc123", "sk-abc", "dummy", "x7Kq9vLm2Pw4Tz", "bcdfghjkl", "platform-abc", "hf_abc"] {
                #expect(try await name(key).contains("\"openai\""), "\(key)")
            }
            let unnamed = try await name("sk-proj-Abc123", "")
            #expect(unnamed.contains("\"key-\(KeyDigest(of: "sk-proj-Abc123").short)\""))
            #expect(!gateway.log.text.contains("Abc123") && !gateway.log.text.contains("x7Kq9vLm2Pw4Tz"))
            #expect(gateway.log.text.contains("notes"))
        }
    }

    @Test func `a key of ours names its program, and a revoked one opens nothing`() async throws {
        try await RunningGateway.with(routes: [Self.whoami]) { gateway in
            _ = try await gateway.service.addProgram(
                "phone", key: "diwan-secret-one", seesAll: false, vaultFile: nil, onDisconnect: nil)
            let asked = ["Authorization": "bearer   diwan-secret-one"]
            let known = try await gateway.ask("GET", "/whoami", asked)
            #expect(known.body.contains("\"phone\"") && known.body.contains("false"))
            #expect(try await gateway.ask("GET", "/whoami", ["api-key": "diwan-secret-one"]).body.contains("\"phone\""))
            #expect(try await gateway.service.revokeProgram("phone"))
            let refused = try await gateway.ask("GET", "/whoami", asked)
            #expect(refused.status == 401 && refused.body.contains("invalid_api_key"))
            #expect(refused.head.contains("X-Request-Id: req_"))
            #expect(!gateway.log.text.contains("secret-one"))
        }
    }

    @Test func `where a key is needed, no key and a wrong one are refused`() async throws {
        try await RunningGateway.with(routes: [Self.whoami]) { settings in
            settings.needsKey = true
            settings.passes = [KeyDigest(of: "the-pass"): "app"]
        } work: { gateway in
            for fields in [
                [:], ["Authorization": "Bearer wrong"], ["Authorization": "Basic abc"], ["Authorization": "Bearer"],
            ] {
                let answer = try await gateway.ask("GET", "/whoami", fields)
                #expect(answer.status == 401)
                #expect(answer.body.hasPrefix("{\"error\":{\"message\":"))
            }
            #expect(try await gateway.ask("GET", "/whoami", ["Authorization": "Bearer the-pass"]).body.contains("app"))
            #expect(try await gateway.ask("GET", "/healthz").status == 200)
        }
    }
}
