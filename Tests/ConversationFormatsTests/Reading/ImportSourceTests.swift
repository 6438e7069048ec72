import CLibzip
import ConversationFormats
import Foundation
import TestSupport
import Testing

@Suite struct ImportSourceTests {
    private func text(_ source: any ImportSource, _ path: String) throws -> String {
        let entry = try #require(source.entries.first { $0.path == path })
        return String(decoding: try source.bytes(of: entry), as: UTF8.self)
    }

    private func code(_ body: () throws -> Void) -> FormatError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? FormatError)?.code
        }
    }

    @Test func `a file is one entry and can be read more than once`() async throws {
        try await withFolder { folder in
            let source = try importSource(at: write(Array("words".utf8), to: folder + "/notes.json"))
            #expect(source.entries.map(\.path) == ["notes.json"])
            #expect(source.entries[0].byteCount == 5)
            #expect(source.entries[0].modifiedAt != nil)
            #expect(try text(source, "notes.json") == "words")
            #expect(try text(source, "notes.json") == "words")
            #expect(try source.localFile(of: source.entries[0]) == folder + "/notes.json")
        }
    }

    @Test func `what is not there or cannot be read twice is said`() async throws {
        try await withFolder { folder in
            #expect(code { _ = try importSource(at: folder + "/none") } == .notFound)
            mkfifo(folder + "/pipe", 0o600)
            #expect(code { _ = try importSource(at: folder + "/pipe") } == .unreadable)
        }
    }

    @Test func `a folder is read to its depth, without hidden files and without leaving it`() async throws {
        try await withFolder { folder in
            try write(Array("1".utf8), to: folder + "/export/a.json")
            try write(Array("2".utf8), to: folder + "/export/deep/er/b.json")
            try write(Array("3".utf8), to: folder + "/export/.hidden/c.json")
            try write(Array("4".utf8), to: folder + "/export/.DS_Store")
            try write(Array("5".utf8), to: folder + "/secret.txt")
            let manager = FileManager.default
            try manager.createSymbolicLink(
                atPath: folder + "/export/out.txt", withDestinationPath: folder + "/secret.txt")
            try manager.createSymbolicLink(atPath: folder + "/export/up", withDestinationPath: folder)
            try manager.createSymbolicLink(
                atPath: folder + "/export/deep/round", withDestinationPath: folder + "/export/deep")
            try manager.createSymbolicLink(atPath: folder + "/export/in.json", withDestinationPath: "a.json")
            let source = try importSource(at: folder + "/export")
            #expect(source.entries.map(\.path) == ["a.json", "deep/er/b.json", "in.json"])
            #expect(try text(source, "deep/er/b.json") == "2")
            #expect(source.leftOut.map(\.place) == ["out.txt", "up"])
            // A file that becomes a link out of the folder later is not followed either.
            try manager.removeItem(atPath: folder + "/export/a.json")
            try manager.createSymbolicLink(
                atPath: folder + "/export/a.json", withDestinationPath: folder + "/secret.txt")
            #expect(code { _ = try source.open(source.entries[0]) } == .notFound)
        }
    }

    @Test func `an archive is read member by member, whatever its name`() async throws {
        try await withFolder { folder in
            let bytes = HandmadeArchive.bytes([
                .init("export/conversations.json", "[1]"), .init("export/", ""), .init("__MACOSX/x", "no"),
                .init("b.txt", "two"),
            ])
            let source = try importSource(at: write(bytes, to: folder + "/download"))
            #expect(source.entries.map(\.path) == ["b.txt", "export/conversations.json"])
            // Two at once, as a reader does that looks up an attachment while it reads.
            let one = try source.open(source.entries[0])
            #expect(try one.next(upTo: 1) == Array("t".utf8))
            #expect(try text(source, "export/conversations.json") == "[1]")
            #expect(try one.next(upTo: 10) == Array("wo".utf8))
            #expect(try one.next(upTo: 10) == [])
        }
    }

    @Test func `paths that lead out of an archive are not handed out and are said`() async throws {
        try await withFolder { folder in
            let bytes = HandmadeArchive.bytes([
                .init("../../etc/passwd", "x"), .init("/absolute", "x"), .init("C:\\windows", "x"),
                .init("a/..\\..\\b", "x"), .init("./good\\file.json", "kept"),
            ])
            let source = try importSource(at: write(bytes, to: folder + "/a.zip"))
            #expect(source.entries.map(\.path) == ["good/file.json"])
            #expect(try text(source, "good/file.json") == "kept")
            #expect(source.leftOut.filter { $0.severity == .lost }.count == 4)
        }
    }

    @Test func `of two files with one path the later is read and the other is said`() async throws {
        try await withFolder { folder in
            let bytes = HandmadeArchive.bytes([.init("a.json", "old"), .init("a.json", "new")])
            let source = try importSource(at: write(bytes, to: folder + "/a.zip"))
            #expect(try text(source, "a.json") == "new")
            #expect(source.leftOut.map(\.place) == ["a.json"])
        }
    }

    @Test func `an archive with a password is refused with what to do`() async throws {
        try await withFolder { folder in
            var file = HandmadeArchive.File("a.json", "words of twelve and more")
            file.isLocked = true
            let path = try write(HandmadeArchive.bytes([file]), to: folder + "/a.zip")
            #expect(code { _ = try importSource(at: path) } == .refused)
        }
    }

    @Test func `a bomb is refused before it is unpacked`() async throws {
        try await withFolder { folder in
            let one = try write(HandmadeArchive.bytes([.init("a.json", zeros: 100_000_000)]), to: folder + "/one.zip")
            #expect(code { _ = try importSource(at: one) } == .refused)
            // Each small enough to be harmless, all together not.
            let many = (0..<8).map { HandmadeArchive.File("\($0).json", zeros: 30_000_000) }
            let several = try write(HandmadeArchive.bytes(many), to: folder + "/many.zip")
            #expect(code { _ = try importSource(at: several) } == .refused)
        }
    }

    @Test func `no more is unpacked than the archive declares`() async throws {
        try await withFolder { folder in
            var file = HandmadeArchive.File("a.json", zeros: 50_000_000)
            file.declared = 1_000
            let source = try importSource(at: write(HandmadeArchive.bytes([file]), to: folder + "/a.zip"))
            let stream = try source.open(source.entries[0])
            var unpacked = 0
            let code = code {
                while true {
                    let bytes = try stream.next(upTo: 1 << 20)
                    if bytes.isEmpty { break }
                    unpacked += bytes.count
                }
            }
            #expect(code == .refused || code == .damaged)
            #expect(unpacked <= 1_000)
        }
    }

    @Test func `a member that a reader of files needs is unpacked where only we can read, and goes with the source`()
        async throws
    {
        try await withFolder { folder in
            let path = try write(HandmadeArchive.bytes([.init("x/logs.db", "SQLite")]), to: folder + "/a.zip")
            var file = ""
            do {
                let source = try importSource(at: path)
                file = try source.localFile(of: source.entries[0])
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "SQLite")
                #expect(try source.localFile(of: source.entries[0]) == file)
                let inside = try FileManager.default.attributesOfItem(
                    atPath: (file as NSString).deletingLastPathComponent)
                #expect(inside[.posixPermissions] as? Int == 0o700)
            }
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `a damaged archive is an error and never a crash`() async throws {
        try await withFolder { folder in
            let bytes = HandmadeArchive.bytes([
                .init("a.json", String(repeating: "[1]", count: 50)), .init("z", zeros: 9_000),
            ])
            var random = SeededNumbers(seed: 11)
            var read = 0
            for round in 0..<400 {
                var hurt = bytes
                if round % 2 == 0 {
                    hurt = Array(hurt[..<Int.random(in: 0..<hurt.count, using: &random)])
                } else {
                    for _ in 0..<3 {
                        hurt[Int.random(in: 0..<hurt.count, using: &random)] ^= UInt8.random(
                            in: 1...255, using: &random)
                    }
                }
                let path = try write(hurt, to: folder + "/hurt.zip")
                guard let source = try? importSource(at: path) else { continue }
                for entry in source.entries {
                    if (try? source.bytes(of: entry, limit: 1 << 20)) != nil { read += 1 }
                }
            }
            #expect(read > 0)
        }
    }

    @Test func `a library that is missing or too old is said with what to do`() {
        var message = [CChar](repeating: 0, count: 512)
        let missing = diwan_zip_try("libzip-that-is-not-there.so.4", &message, message.count).map {
            String(cString: $0)
        }
        #expect(missing?.contains("apt-get install libzip4") == true)
        let old = diwan_zip_try("libc.so.6", &message, message.count).map { String(cString: $0) }
        #expect(old?.contains("too old") == true)
    }
}
