/// Diwan's own format: JSON Lines in UTF-8, everything a vault says and nothing that is one machine's own.
///
/// Every line is an object that says what it is (`object`). They come in this order:
///
/// - `diwan`, once, first: `version`, `exported_at`, `since` (the cursor it goes on from; null when it holds everything).
/// - `erased`, for every thread, message and call that was erased: `id`. Nothing brings those back.
/// - for each thread: `blob` lines with the attachments it is the first to hold (`sha256`, `media_type`, `base64`), the
///   `thread` line, which says how many calls and messages follow, its `call` lines, its `message` lines, each after its
///   parent.
/// - `end`, once, last: how many there were, and `cursor`, with which the next export goes on. A file without it was cut
///   off.
///
/// Names are those that `--json` prints. Times end in `_at`: RFC 3339, UTC, milliseconds. Absent is null. A reader
/// passes over fields it does not know; a `version` it does not know it refuses.
package enum DiwanFormat {
    /// The version this program writes, and the newest it reads.
    package static let version = 1
}

/// A line that is not what it has to be: why, in words that may be counted and hold nothing of the line's own.
struct LineFault: Error, Hashable {
    let what: String

    init(_ what: String) { self.what = what }
}
