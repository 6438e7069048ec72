import HTTPTypes
import Testing

@testable import Gateway

@Suite struct RequestPathTests {
    @Test(
        arguments: [
            "/v1/models", "/v1/models/", "/openai/models", "/openai/v1/models", "/models", "/models/?limit=3",
            "/v1/%6dodels",
        ])
    func `a path is the same under every prefix, with a slash at its end and without`(target: String) {
        #expect(RequestPath(target)?.segments == ["models"])
    }

    @Test(arguments: [
        "", "models", "//v1/models", "/v1//models", "/v1/../models", "/v1/./models", "/v1/%2e%2e/models", "/v1/a%00b",
        "/v1/a%0ab", "/v1/a%ff", "/v1/a%4", "/v1/a%zz", "http://elsewhere/v1/models", "*",
    ])
    func `what is no path is none`(target: String) {
        #expect(RequestPath(target) == nil)
    }

    @Test func `only the documented prefix alone answers in its own way`() {
        #expect(RequestPath("/openai/responses")?.isDocumentedPrefix == true)
        #expect(RequestPath("/openai/responses/")?.isDocumentedPrefix == true)
        #expect(RequestPath("/openai/v1/responses")?.isDocumentedPrefix == false)
        #expect(RequestPath("/v1/responses")?.isDocumentedPrefix == false)
        #expect(RequestPath("/responses")?.isDocumentedPrefix == false)
    }

    @Test func `a model's name may hold slashes, encoded or not`() throws {
        let route = Route(.get, "/models/{model*}") { _ in GatewayAnswer() }
        for target in ["/v1/models/vendor/name", "/v1/models/vendor%2Fname", "/models/vendor%2fname/"] {
            let path = try #require(RequestPath(target))
            #expect(route.parameters(of: path) == ["model": "vendor/name"])
        }
        #expect(route.parameters(of: try #require(RequestPath("/v1/models"))) == nil)
    }

    @Test func `a query's values are decoded, and may be given more than once`() throws {
        let query = RequestQuery("/v1/x?after=a%2Fb&include[]=one&include[]=two&q=a+b&limit=7&bad=x")
        #expect(query["after"] == "a/b")
        #expect(query.all("include") == ["one", "two"])
        #expect(query["q"] == "a b")
        let limit = try query.integer("limit")
        #expect(limit == 7)
        #expect(throws: APIError.self) { try query.integer("bad") }
    }
}
