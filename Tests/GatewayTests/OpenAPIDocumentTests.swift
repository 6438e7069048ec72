import HTTPTypes
import OrderedJSON
import Testing

@testable import Gateway

@Suite struct OpenAPIDocumentTests {
    @Test func `every method of every path is described, and nothing else`() {
        let routes = Gateway.everyRoute.map { "\($0.method.rawValue) \(OpenAPIDocument.path(of: $0))" }
        let described = OpenAPIDocument.operations.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(routes).subtracting(described).sorted() == [])
        #expect(Set(described).subtracting(routes).sorted() == [])
        #expect(described.count == Set(described).count)
    }

    @Test func `every shape that is named is described`() {
        let text = OpenAPIDocument.json.text()
        for reference in text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
            #expect(DescribedShapes.all.contains(String(reference.1)), "\(reference.1)")
        }
    }

    @Test func `the document is served under every prefix, to whoever asks`() async throws {
        try await RunningGateway.with({ $0.needsKey = true }) { gateway in
            for path in ["/openapi.json", "/v1/openapi.json", "/openai/openapi.json"] {
                let document = try await gateway.json("GET", path)
                #expect(document["openapi"]?.string == "3.1.0")
                #expect(document["paths"]?["/diwan/v1/threads/{thread}"]?["patch"] != nil)
            }
        }
    }
}
