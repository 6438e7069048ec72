package import Conversations
import Foundation
import Gateway

/// What `[serve]` says, no more: what it leaves out is as the service does it by itself.
package struct ConfiguredService: Sendable, Hashable {
    package var host: String?
    package var port: Int?
    package var socket: String?
    package var needsKey: Bool?
    package var onDisconnect: DisconnectRule?
    package var origins: [String]?
    package var hosts: [String]?
    package var graceSeconds: Double?
    package var limits = Limits()

    package struct Limits: Sendable, Hashable {
        package var bodyMegabytes: Int?
        package var runs: Int?
        package var requestsPerMinute: Int?
        package var idleSeconds: Double?
        package var bodySeconds: Double?
        package var messages: Int?
    }
}

extension ConfiguredService {
    /// Reads the table.
    ///
    /// - Throws: ``SettingsError/Code/badFile``.
    init(in text: ConfigurationText, folder: String, home: String) throws(SettingsError) {
        let path = ["serve"]
        var table = try ConfigurationReader(text, path: path)
        host = try table.text("host")
        port = try table.integer("port", 0...65535)
        socket = try table.text("socket").map { SettingsPaths.absolute($0, folder: folder, home: home) }
        needsKey = try table.bool("require_key")
        if let word = try table.text("on_disconnect") {
            guard let rule = DisconnectRule(rawValue: word) else {
                throw text.error(path + ["on_disconnect"], "must be \"finish\" or \"cancel\"")
            }
            onDisconnect = rule
        }
        origins = try table.texts("origins")
        hosts = try table.texts("hosts")
        graceSeconds = try table.number("grace")
        if table.take("limits") != nil { limits = try Limits(in: text, path: path + ["limits"]) }
        try table.finish()
    }
}

extension ConfiguredService {
    /// What it says, setting by setting.
    var listed: [(name: String, value: String)] {
        let said: [(String, String?)] = [
            ("host", host), ("port", port.map { String($0) }), ("socket", socket),
            ("require_key", needsKey.map { String($0) }), ("on_disconnect", onDisconnect?.rawValue),
            ("origins", origins?.joined(separator: ", ")), ("hosts", hosts?.joined(separator: ", ")),
            ("grace", graceSeconds.map { String($0) }), ("limits.body", limits.bodyMegabytes.map { String($0) }),
            ("limits.runs", limits.runs.map { String($0) }),
            ("limits.requests_per_minute", limits.requestsPerMinute.map { String($0) }),
            ("limits.idle", limits.idleSeconds.map { String($0) }),
            ("limits.body_seconds", limits.bodySeconds.map { String($0) }),
            ("limits.messages", limits.messages.map { String($0) }),
        ]
        return said.compactMap { name, value in value.map { (name, $0) } }
    }
}

extension ConfiguredService.Limits {
    fileprivate init(in text: ConfigurationText, path: [String]) throws(SettingsError) {
        var table = try ConfigurationReader(text, path: path)
        bodyMegabytes = try table.integer("body", 1...1024)
        runs = try table.integer("runs", 1...1_000_000)
        requestsPerMinute = try table.integer("requests_per_minute", 1...1_000_000_000)
        idleSeconds = try table.number("idle")
        bodySeconds = try table.number("body_seconds")
        messages = try table.integer("messages", 1...10_000_000)
        try table.finish()
    }
}

extension GatewaySettings {
    /// The settings that a configuration makes.
    init(_ said: ConfiguredService) {
        self.init()
        if let socket = said.socket {
            address = .socket(path: socket)
        } else {
            address = .tcp(host: said.host ?? Self.usualHost, port: said.port ?? Self.usualPort)
        }
        needsKey = said.needsKey ?? false
        onDisconnect = said.onDisconnect ?? .finish
        origins = said.origins ?? []
        hosts = said.hosts ?? []
        if let seconds = said.graceSeconds { grace = .milliseconds(Int(seconds * 1000)) }
        if let megabytes = said.limits.bodyMegabytes { limits.bodyBytes = megabytes << 20 }
        if let runs = said.limits.runs { limits.runsUnderWay = runs }
        limits.requestsPerMinute = said.limits.requestsPerMinute
        if let seconds = said.limits.idleSeconds { limits.idle = .milliseconds(Int(max(1, seconds * 1000))) }
        if let seconds = said.limits.bodySeconds { limits.body = .milliseconds(Int(max(1, seconds * 1000))) }
        if let messages = said.limits.messages { limits.messageCount = messages }
    }

    static let usualHost = "127.0.0.1"
    static let usualPort = 4141
}
