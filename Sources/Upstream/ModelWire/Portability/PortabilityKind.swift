/// A kind of thing in a history that some target takes otherwise than it stands there, or not at all.
package enum PortabilityKind: String, Sendable, CaseIterable {
    // What a model thought.
    /// Reasoning of the model that is asked, by the upstream that is asked.
    case ownReasoning = "own_reasoning"
    /// Reasoning of another: its encrypted form and its ids are refused.
    case foreignReasoning = "foreign_reasoning"

    // What an answer holds besides words and calls.
    /// What the asked upstream did by itself: searches it ran.
    case ownHostedPiece = "own_hosted_piece"
    case foreignHostedPiece = "foreign_hosted_piece"
    /// A picture, a file or a recording that the asked model made.
    case ownAnswerMedia = "own_answer_media"
    case foreignAnswerMedia = "foreign_answer_media"
    case refusal = "refusal"

    // What a user shows.
    case image = "image"
    case imageByURL = "image_by_url"
    case file = "file"
    case fileByURL = "file_by_url"
    /// A recording, a film or a picture sent as a document.
    case mediaAsFile = "media_as_file"
    case recording = "recording"
    /// A recording that is known by its address or an id alone.
    case recordingElsewhere = "recording_elsewhere"
    /// A recording that is neither WAV nor MP3.
    case recordingInOtherFormat = "recording_in_other_format"
    /// A picture, file or recording known by an id of another place.
    case foreignFileID = "foreign_file_id"
    /// Content of a type that the dialect lists nowhere.
    case unlistedPart = "unlisted_part"
    /// Content without a type: another program's own.
    case untypedPart = "untyped_part"

    /// A picture, file or recording that the system shows.
    case systemMedia = "system_media"

    // Calls of tools.
    /// A call in a message that is not an assistant's.
    case misplacedCall = "misplaced_call"
    case unansweredCall = "unanswered_call"
    case strayResult = "stray_result"
    /// A second call under the id of one before it, in one turn.
    case repeatedCall = "repeated_call"
    /// A call id that is empty, too long or of another form.
    case callID = "call_id"
    /// A tool's name with characters or a length that are refused.
    case toolName = "tool_name"
    /// Arguments of a function that are not a JSON object.
    case looseArguments = "loose_arguments"
    /// A call of a tool that takes free text.
    case customCall = "custom_call"
    /// A result of another kind than its call.
    case resultOfOtherKind = "result_of_other_kind"

    // Messages as wholes.
    /// A message, not a user's, in which nothing is said.
    case emptyMessage = "empty_message"
    case developerMessage = "developer_message"
    case unknownRole = "unknown_role"
    /// A system message after others.
    case laterSystemMessage = "later_system_message"
    /// A message of the same role as the one before.
    case sameRoleAgain = "same_role_again"
    /// An answer before any question.
    case leadingAnswer = "leading_answer"
}
