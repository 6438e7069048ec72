import HTTPTransport

extension Upstream {
    /// The same, but for somebody who waits for something else: one try of a few seconds, and no server is started.
    package var hurried: Upstream {
        var hurried = self
        hurried.deadlines = HTTPDeadlines(
            connect: .seconds(2), firstByte: .seconds(3), idle: .seconds(3), total: .seconds(5))
        hurried.retries = 0
        hurried.start = nil
        return hurried
    }
}
