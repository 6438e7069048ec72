import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a request's body, as far as it may be long.
enum BodyReader {
    /// - Throws: 413 for one that is longer, 408 for one that did not come in time, 400 for one that is not framed
    ///   as HTTP has it; the connection is of no use after
    ///   any, for the rest of the body is not read.
    static func read(_ request: Request, upTo limit: Int) async throws -> [UInt8] {
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw tooLong(limit)
        }
        var whole: ByteBuffer?
        do {
            for try await piece in request.body {
                guard (whole?.readableBytes ?? 0) + piece.readableBytes <= limit else { throw tooLong(limit) }
                if whole == nil { whole = piece } else { whole?.writeImmutableBuffer(piece) }
            }
        } catch is ConnectionWatch.BodyTimeout {
            var error = APIError(.requestTimeout, code: "body_timeout", "the request's body did not come in time.")
            error.closesConnection = true
            throw error
        } catch let error as APIError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // Its framing is no HTTP, so where the next request begins is not known either.
            var error = APIError(.badRequest, code: "broken_body", "the request's body cannot be read.")
            error.closesConnection = true
            throw error
        }
        return whole.map { Array($0.readableBytesView) } ?? []
    }

    private static func tooLong(_ limit: Int) -> APIError {
        let size = limit >= 1 << 20 ? "\(limit >> 20) MB" : "\(limit) bytes"
        var error = APIError(
            .contentTooLarge, code: "body_too_large",
            "the request's body is longer than \(size). More: limits.body under [serve] in the configuration.")
        error.closesConnection = true
        return error
    }
}
