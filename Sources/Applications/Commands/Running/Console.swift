import Foundation
import OrderedJSON
import Synchronization

/// Where a command's words go: answers and data to standard output, everything else to standard error; colour and
/// progress on a terminal only.
final class Console: Sendable {
    /// Whether people look at standard output.
    let isTerminal: Bool
    /// Whether people look at standard error.
    let errorsAreOnTerminal: Bool
    /// Whether standard input is typed.
    let inputIsTerminal: Bool
    let style: TerminalStyle
    let errorStyle: TerminalStyle
    let isQuiet: Bool
    let printsJSON: Bool

    /// Why nothing more is written to standard output: the error's number.
    private let stoppedBy = Mutex<Int32?>(nil)

    init(environment: [String: String], isQuiet: Bool, printsJSON: Bool) {
        isTerminal = isatty(STDOUT_FILENO) == 1
        errorsAreOnTerminal = isatty(STDERR_FILENO) == 1
        inputIsTerminal = isatty(STDIN_FILENO) == 1
        style = TerminalStyle(isTerminal: isTerminal, environment: environment)
        errorStyle = TerminalStyle(isTerminal: errorsAreOnTerminal, environment: environment)
        self.isQuiet = isQuiet
        self.printsJSON = printsJSON
    }

    /// The columns of the terminal, as they are now; 80 where there is none.
    var columns: Int { size.columns }
    /// The lines of the terminal, as they are now; 24 where there is none.
    var lines: Int { size.lines }

    private var size: (columns: Int, lines: Int) {
        var window = winsize()
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] where ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 {
            if window.ws_col > 0 { return (Int(window.ws_col), max(4, Int(window.ws_row))) }
        }
        return (80, 24)
    }

    /// Writes to standard output. A reader that has gone away (`| head -1`) ends nothing.
    func write(_ text: String) {
        write(bytes: Array(text.utf8))
    }

    func line(_ text: String = "") { write(text + "\n") }

    /// One JSON document, on a line of its own.
    func json(_ json: JSON) { line(json.text()) }

    /// Bytes as they are.
    func write(bytes: [UInt8]) {
        guard stoppedBy.withLock({ $0 }) == nil, let error = Self.write(bytes, to: STDOUT_FILENO) else { return }
        stoppedBy.withLock { $0 = error }
    }

    /// Whether the reader of standard output has gone away.
    var readerHasLeft: Bool { stoppedBy.withLock { $0 == EPIPE } }

    /// Why standard output cannot be written, as the error's number; nil where it can, or where only its reader has gone.
    var outputError: Int32? { stoppedBy.withLock { $0 == EPIPE ? nil : $0 } }

    /// Tells a person something beside the data, unless they asked for quiet.
    func note(_ text: String) {
        guard !isQuiet else { return }
        error(errorStyle.dim(text))
    }

    /// A line on standard error.
    func error(_ text: String) {
        _ = Self.write(Array((text + "\n").utf8), to: STDERR_FILENO)
    }

    /// A piece of a line on standard error.
    func errorPiece(_ text: String) {
        _ = Self.write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// - Returns: the error's number; nil where all of it was written.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR && errno != EAGAIN {
                return errno
            }
        }
        return nil
    }
}
