// swift-tools-version: 6.2
import PackageDescription

// The tree is the architecture: README's map says what each room is for, and Tests/Architecture holds
// the table of who may import whom. Imports point down that page, never up.

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "diwan",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "diwan", targets: ["diwan"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // System: knows nothing of conversations.
        .target(name: "OrderedJSON", path: "Sources/System/OrderedJSON"),
        .target(name: "WordDiff", path: "Sources/System/WordDiff"),
        .target(name: "MarkdownText", path: "Sources/System/MarkdownText"),
        .target(name: "CLibcurl", path: "Sources/System/CLibcurl", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CLibzip", path: "Sources/System/CLibzip", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CLibedit", path: "Sources/System/CLibedit", linkerSettings: [.linkedLibrary("dl")]),
        .systemLibrary(
            name: "CLibzstd", path: "Sources/System/CLibzstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .executableTarget(name: "EmbedSQLTool", path: "Sources/System/EmbedSQL/Tool"),
        .plugin(
            name: "EmbedSQL", capability: .buildTool(), dependencies: ["EmbedSQLTool"],
            path: "Sources/System/EmbedSQL/Plugin"),
        .target(name: "DiwanSchema", path: "migrations", plugins: ["EmbedSQL"]),

        // Conversation: what a conversation is, and where it rests.
        .target(
            name: "Conversations", dependencies: ["OrderedJSON", crypto], path: "Sources/Conversation/Conversations"),
        .target(
            name: "ConversationStorage",
            dependencies: ["Conversations", "DiwanSchema", "OrderedJSON", "CLibzstd", grdb, grdbSQLite, crypto],
            path: "Sources/Conversation/ConversationStorage"),

        // Upstream: what we say to a model, and how its answer comes back.
        .target(name: "HTTPTransport", dependencies: ["CLibcurl", logging], path: "Sources/Upstream/HTTPTransport"),
        .target(name: "ModelWire", dependencies: ["Conversations", "OrderedJSON"], path: "Sources/Upstream/ModelWire"),
        .target(
            name: "ModelUpstream",
            dependencies: ["Conversations", "ModelWire", "HTTPTransport", "OrderedJSON", logging],
            path: "Sources/Upstream/ModelUpstream"),

        // Service: what a caller may ask for.
        .target(
            name: "ConversationService",
            dependencies: [
                "Conversations", "ConversationStorage", "ModelWire", "ModelUpstream", "OrderedJSON", "WordDiff",
                logging,
            ],
            path: "Sources/Service/ConversationService"),

        // Interchange: other people's files.
        .target(
            name: "ConversationFormats",
            dependencies: [
                "Conversations", "ConversationStorage", "ConversationService", "MarkdownText", "OrderedJSON", "CLibzip",
                grdb, yaml,
            ],
            path: "Sources/Interchange/ConversationFormats"),

        // Sync: what two devices say to each other.
        .target(
            name: "SyncProtocol", dependencies: ["Conversations", "CLibzstd", crypto, protobuf],
            path: "Sources/Sync/SyncProtocol", exclude: ["Wire/record.proto", "Wire/sync.proto"]),

        // Applications: what people and machines talk to.
        .target(
            name: "Gateway",
            dependencies: [
                "ConversationFormats", "ConversationService", "ConversationStorage", "ModelUpstream", "ModelWire",
                "Conversations", "OrderedJSON", hummingbird, hummingbirdCore, nioCore, nioHTTPTypes, httpTypes,
                serviceLifecycle,
                unixSignals, logging,
            ],
            path: "Sources/Applications/Gateway"),
        .target(
            name: "Commands",
            dependencies: [
                "Gateway", "ConversationFormats", "ConversationService", "ConversationStorage", "Conversations",
                "ModelUpstream", "ModelWire", "HTTPTransport", "MarkdownText", "OrderedJSON", "WordDiff", "CLibedit",
                argumentParser, toml, logging,
            ],
            path: "Sources/Applications/Commands"),
        .executableTarget(name: "diwan", dependencies: ["Commands"], path: "Sources/Applications/diwan"),

        // Benchmarks: `make bench`.
        .target(name: "CFloors", path: "Benchmarks/CFloors", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "diwan-bench",
            dependencies: [
                "CFloors", "ConversationStorage", "Conversations", "DiwanSchema", "ModelWire", "OrderedJSON",
            ],
            path: "Benchmarks/DiwanBench"),

        // Tests: one folder a target, files named for behaviours.
        .target(name: "TestSupport", path: "Tests/Support"),
        .testTarget(name: "ArchitectureTests", path: "Tests/Architecture"),
        .testTarget(
            name: "OrderedJSONTests", dependencies: ["OrderedJSON", "TestSupport"], path: "Tests/OrderedJSONTests"),
        .testTarget(name: "MarkdownTextTests", dependencies: ["MarkdownText"], path: "Tests/MarkdownTextTests"),
        .testTarget(name: "WordDiffTests", dependencies: ["WordDiff", "TestSupport"], path: "Tests/WordDiffTests"),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "TestSupport", "CLibcurl", logging],
            path: "Tests/HTTPTransportTests"),
        .testTarget(
            name: "ModelWireTests", dependencies: ["ModelWire", "Conversations", "OrderedJSON", "TestSupport"],
            path: "Tests/ModelWireTests", exclude: ["Fixtures"]),
        .testTarget(
            name: "ConversationsTests", dependencies: ["Conversations", "OrderedJSON", crypto],
            path: "Tests/ConversationsTests"),
        .executableTarget(
            name: "VaultTestProcess", dependencies: ["ConversationStorage", "Conversations"],
            path: "Tests/VaultTestProcess"),
        .testTarget(
            name: "ConversationStorageTests",
            dependencies: [
                "ConversationStorage", "Conversations", "DiwanSchema", "OrderedJSON", "TestSupport",
                "VaultTestProcess", grdb, grdbSQLite,
            ], path: "Tests/ConversationStorageTests"),
        .testTarget(
            name: "ConversationFormatsTests",
            dependencies: [
                "ConversationFormats", "ConversationStorage", "Conversations", "ConversationService", "OrderedJSON",
                "CLibzip", "TestSupport", grdb,
            ], path: "Tests/ConversationFormatsTests", exclude: ["Fixtures"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "diwan", "TestSupport", "OrderedJSON", "ConversationFormats", "ConversationStorage", "Conversations",
                "ConversationService", "ModelUpstream", "ModelWire", "HTTPTransport", logging, crypto,
            ], path: "Tests/EndToEnd", exclude: ["Fixtures"]),
        .testTarget(
            name: "SyncProtocolTests", dependencies: ["SyncProtocol", "Conversations", protobuf],
            path: "Tests/SyncProtocolTests"),
        .testTarget(
            name: "SyncSimulation", dependencies: ["SyncProtocol", "Conversations", protobuf],
            path: "Tests/SyncSimulation"),
        .testTarget(
            name: "ConversationServiceTests",
            dependencies: [
                "ConversationService", "ConversationStorage", "Conversations", "ModelUpstream", "ModelWire",
                "OrderedJSON",
                "HTTPTransport", "TestSupport", logging,
            ], path: "Tests/ConversationServiceTests"),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "ConversationService", "ConversationStorage", "Conversations", "ModelUpstream", "ModelWire",
                "HTTPTransport", "OrderedJSON", "TestSupport", httpTypes, logging,
            ],
            path: "Tests/GatewayTests"),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "ConversationService", "ConversationStorage", "Conversations", "ModelUpstream", "ModelWire",
                "HTTPTransport", "OrderedJSON", "TestSupport", "WordDiff",
            ],
            path: "Tests/CommandsTests"),
    ]
)

for target in package.targets where target.type != .plugin && target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),  // SE-0335
        .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
        .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    ]
}
