package import Conversations

/// Where a program says that its request belongs.
package enum NamedPlace: Sendable {
    /// It says nothing: where its history is found.
    case unnamed
    /// In a thread of its own.
    case newThread
    /// In this thread.
    case thread(ThreadID)
    /// In this thread, which holds the history: the request holds what is new.
    case conversation(ThreadID)
    /// After the answer of this call.
    case after(CallID)
}

/// Where a program's request goes.
package struct Placement: Sendable {
    /// Where what is new continues.
    package var place: Question.Place
    /// What of the request's messages is new.
    package var messages: [(role: Role, parts: [MessagePart])]
    /// Whether the request holds its whole history: then it goes out as it came.
    package var bringsHistory: Bool
}
