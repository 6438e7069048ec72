package import OrderedJSON

/// What a request was fitted to: which version of the rules, and what its target was known to want beyond its dialect when
/// the call was planned.
///
/// Kept with the call's plan, so that a stored call rebuilds the same bytes after the rules and the tables have changed.
package struct RequestRules: Hashable, Sendable {
    /// 0 for calls from before the rules had a number.
    package var version: Int
    package var traits: Set<TargetTrait>

    package init(version: Int = Self.current, traits: Set<TargetTrait> = []) {
        self.version = version
        self.traits = traits
    }

    /// The version that new calls are written by.
    package static let current = 1

    /// What calls were written by that have no version.
    package static let unversioned = RequestRules(version: 0)
}

/// Something that a server or a model wants of a request and its dialect does not say. What a newer version knows is kept
/// by its name.
package struct TargetTrait: Hashable, Sendable {
    package let name: String

    package init(_ name: String) { self.name = name }

    /// Pictures are refused.
    package static let noImages = TargetTrait("no_images")
    /// Documents are refused.
    package static let noFiles = TargetTrait("no_files")
    /// Recordings are refused.
    package static let noAudio = TargetTrait("no_audio")
    /// Pictures are taken as bytes, not by address.
    package static let imageBytesOnly = TargetTrait("image_bytes_only")
    /// A tool call's id is nine letters and digits.
    package static let nineCharacterIDs = TargetTrait("nine_character_ids")
    /// Users and assistants take turns, after what the system says.
    package static let alternatingRoles = TargetTrait("alternating_roles")
    /// Calls of tools that take free text are known in chat.
    package static let customTools = TargetTrait("custom_tools")
}

extension RequestRules {
    /// The rules as they are kept with a plan.
    package var json: JSON {
        ["version": .int(version), "traits": .array(traits.map(\.name).sorted().map { .string($0) })]
    }

    /// Rules read back; nil where the JSON is not some.
    package init?(json: JSON) {
        guard let version = json["version"]?.int else { return nil }
        self.init(
            version: version, traits: Set(json["traits"]?.array?.compactMap(\.string).map { TargetTrait($0) } ?? []))
    }
}
