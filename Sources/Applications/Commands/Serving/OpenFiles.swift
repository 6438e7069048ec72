import Foundation

/// How many files and connections this process may have open.
enum OpenFiles {
    /// Allows as many as the system lets us: each stream is two connections, and the usual limit is 1,024.
    static func allowMany() {
        var limit = rlimit()
        #if canImport(Glibc)
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 1 << 16)
        // Where it is refused there are as many as there were.
        _ = setrlimit(files, &limit)
    }
}
