import Foundation
import TestSupport

/// A file system of 2 MB that ends with the test; nil where this machine does not let us make one.
final class SmallDisk {
    let folder = NSTemporaryDirectory() + "diwan-disk-" + UUID().uuidString

    static func make() async throws -> SmallDisk? {
        let disk = SmallDisk()
        try FileManager.default.createDirectory(atPath: disk.folder, withIntermediateDirectories: true)
        let mount = try RunningProgram(
            "/bin/mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.folder], environment: [:])
        return await mount.exitCode() == 0 ? disk : nil
    }

    func fill() {
        let file = open(folder + "/fill", O_WRONLY | O_CREAT, 0o600)
        let block = [UInt8](repeating: 1, count: 512)
        while write(file, block, block.count) > 0 {}
        close(file)
    }

    func free() { unlink(folder + "/fill") }

    func leave() async {
        _ = await (try? RunningProgram("/bin/umount", ["-l", folder], environment: [:]))?.exitCode()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
