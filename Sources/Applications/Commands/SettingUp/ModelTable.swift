import ConversationService
import Foundation

/// Models as lines of a terminal: name, window, price.
struct ModelTable {
    let console: Console
    /// The model that is asked where nobody names one.
    let usual: String?

    func show(_ models: [KnownModel], of upstream: String) {
        guard !models.isEmpty else {
            console.note(
                "\(upstream) lists no models. One can be named all the same: diwan ask -m \(upstream)/MODEL WORDS")
            return
        }
        let rows = models.map { model in
            (
                model: model, id: TerminalText.sanitizedLine(model.id),
                window: model.window?.grouped ?? "–", price: Self.text(of: model.price)
            )
        }
        let idColumns = rows.map { TerminalText.columns(of: $0.id) }.max() ?? 0
        let windowColumns = max(6, rows.map { $0.window.count }.max() ?? 0)
        if console.isTerminal {
            console.line(
                console.style.dim(
                    "  " + TerminalText.padded("model", to: idColumns) + "  "
                        + TerminalText.padded("window", to: windowColumns, on: .trailing)
                        + "  price of a million tokens, in / out"))
        }
        for row in rows {
            let isUsual = row.model.id == usual
            let id = TerminalText.padded(row.id, to: idColumns)
            console.line(
                (isUsual ? "* " + console.style.bold(id) : "  " + id) + "  "
                    + TerminalText.padded(row.window, to: windowColumns, on: .trailing) + "  "
                    + console.style.dim(row.price))
        }
        explain(models, upstream)
    }

    private func explain(_ models: [KnownModel], _ upstream: String) {
        guard console.isTerminal else { return }
        let dates = Set(models.compactMap { $0.price?.date }).sorted()
        let when = dates.last.map { " Prices as of \($0)." } ?? ""
        if models.contains(where: { $0.id == usual }) { console.note("* is asked where you name none.\(when)") }
        console.note("Ask one: diwan ask -m \(upstream)/\(models[0].id) WORDS")
    }

    private static func text(of price: ModelPrice?) -> String {
        guard let price else { return "–" }
        let sign = price.currency == "USD" ? "$" : price.currency + " "
        return "\(sign)\(amount(price.rates.input)) / \(sign)\(amount(price.rates.output))"
    }

    /// Two decimals at least, as money is written, and all that there are.
    private static func amount(_ amount: Decimal) -> String {
        let text = "\(amount)"
        guard let point = text.firstIndex(of: ".") else { return text + ".00" }
        return text[point...].count == 2 ? text + "0" : text
    }
}
