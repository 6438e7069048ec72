import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTypes
import OrderedJSON

/// What calls took and cost, and what answered under each model's name.
struct AccountingEndpoints: Sendable {
    var routes: [Route] {
        [Route(.get, "/diwan/v1/usage", answer: usage), Route(.get, "/diwan/v1/drift", answer: drift)]
    }

    private func usage(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let (query, service, prices) = (request.query, request.service, request.gateway.prices)
        guard let grouping = UsageGrouping(rawValue: query["by"] ?? "day") else {
            let known = UsageGrouping.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.invalid("by", "by must be one of \(known).")
        }
        let period = try UsagePeriod(
            when: query["when"], since: query["since"], until: query["until"], now: service.now(), calendar: .current)
        var threads: [ThreadID]?
        if let words = query["query"] {
            threads = try await service.vault.threads(
                matching: SearchQuery(words, now: service.now(), calendar: .current))
        }
        if !request.caller.seesAll {
            let own = try await service.vault.threads(ThreadFilter(includesArchived: true)).filter(request.mayKnow)
                .map(\.id)
            threads = threads.map { found in own.filter(found.contains) } ?? own
        }
        let sums = try await service.usage(
            by: grouping, in: (period.from, period.upTo), of: threads, calendar: .current
        ) { prices.price(of: $1, at: $0)?.longInput?.above }
        return .json(
            UsageReport(by: grouping, sums.groups, total: sums.total, prices: prices)
                .json(from: period.from, upTo: period.upTo, timeZone: Calendar.current.timeZone.identifier))
    }

    private func drift(_ request: GatewayRequest) async throws -> GatewayAnswer {
        try request.needsSightOfAll("drift is about every call")
        let asked = try ListQuery(request.query)
        var histories = try await request.service.vault.backendHistories()
        if let model = request.query["model"] {
            histories.removeAll { $0.model != model && "\($0.upstream)/\($0.model)" != model }
        }
        return try asked.page(of: histories) { ("\($0.upstream)/\($0.model)", $0.json) }
    }
}
