import ConversationStorage
import Conversations
import Foundation
import Testing

extension Home {
    /// Puts threads into the home's vault.
    func keep(_ threads: [ThreadRecord]) async throws {
        let refusals = try await withVault { try await $0.adopt(threads).refusals }
        #expect(refusals == [])
    }

    /// Puts an attachment's bytes into the home's vault.
    func keep(_ bytes: [UInt8], mediaType: String?) async throws -> BlobDigest {
        try await withVault { try await $0.keep(bytes, mediaType: mediaType) }
    }

    private func withVault<Value>(_ body: (Vault) async throws -> Value) async throws -> Value {
        try FileManager.default.createDirectory(atPath: folder + "/data/diwan", withIntermediateDirectories: true)
        let vault = try Vault(file: vaultFile, for: .writing)
        defer { vault.close() }
        return try await body(vault)
    }
}
