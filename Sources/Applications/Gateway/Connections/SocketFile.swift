#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The place of a socket in the file system.
enum SocketFile {
    /// Makes sure that nothing that is needed lies there: a socket that nobody listens on is left over from a process that
    /// was killed, and goes.
    ///
    /// - Throws: ``GatewayError``: another program listens there, or it is another kind of file.
    static func makeRoom(at path: String) throws(GatewayError) {
        var address = sockaddr_un()
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            throw GatewayError(
                .cannotListen, "the socket's path is longer than \(capacity - 1) bytes. Name a shorter one.")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw GatewayError(.cannotListen, "\(path) is there already and is no socket. Name another: --socket PATH")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if connected == 0 {
            throw GatewayError(.inUse, "another program listens on \(path). Name another: --socket PATH")
        }
        unlink(path)
    }
}
