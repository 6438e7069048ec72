import ConversationStorage
package import Conversations
package import ModelWire
import OrderedJSON

/// The pictures and files of some messages, read beforehand.
package struct ReadBlobs: BlobReader, Sendable {
    fileprivate var blobs: [BlobDigest: [UInt8]] = [:]

    package init() {}

    /// What is not there any more is empty: an answer is readable without its picture.
    package func bytes(of digest: BlobDigest) -> [UInt8] { blobs[digest] ?? [] }
}

extension ThreadService {
    /// A call as the program that asked for it reads it: from the rows that every other reader reads.
    ///
    /// - Parameter answers: its answers, where they have been read.
    package func served(_ call: Call, answers: [Message]? = nil) async throws(ServiceError) -> ServedAnswer {
        let (messages, body) = try await stored { () async throws(StorageError) in
            var messages = answers ?? []
            if answers == nil {
                for id in call.messageIDs { messages.append(try await vault.message(id)) }
            }
            let body = call.status.isFinal ? try await vault.body(of: call.id) : nil
            return (messages, body)
        }
        let json = body.flatMap { try? JSON(parsing: $0) }
        var answer = head(of: call)
        // A half whose upstream said itself what went wrong failed; one that was cut off is only incomplete.
        answer.status =
            call.status == .interrupted && call.error?.httpStatus != nil ? .failed : ModelAnswer.Status(call.status)
        answer.completed = call.finishedAt.map { Int($0.milliseconds / 1000) }
        answer.model = call.modelReported ?? call.modelRequested
        answer.choices = messages.enumerated().map { index, message in
            ServedChoice(
                index: message.choice ?? index, messageUID: ServedID.message(message.id), parts: message.parts,
                finishReason: message.finishReason, status: message.status)
        }
        answer.usage = call.usage
        answer.systemFingerprint = call.systemFingerprint
        answer.error = call.error.map {
            ServedError(message: $0.message, type: "server_error", code: $0.code, traceID: $0.traceID)
        }
        answer.incompleteReason = json?["incomplete_details"]?["reason"]?.string ?? messages.first?.finishReason
        answer.upstreamBody = json
        return answer
    }

    /// A call as its program reads it before anything has come of it.
    package func head(of call: Call) -> ServedAnswer {
        let asked = call.asked
        return ServedAnswer(
            id: asked?.api == .chat ? ServedID.completion(call.id) : ServedID.response(call.id),
            created: Int((call.queuedAt?.milliseconds ?? 0) / 1000), model: call.modelRequested,
            status: asked?.isBackground == true ? .queued : .inProgress,
            asked: AskedEcho(
                instructions: call.instructions, parameters: call.parameters,
                previousResponseID: asked?.previous.map { ServedID.response($0) },
                conversationID: asked?.isInConversation == true ? ServedID.conversation(call.threadID) : nil,
                metadata: asked?.metadata ?? JSONObject(), isBackground: asked?.isBackground ?? false,
                truncates: asked?.truncates ?? false))
    }

    /// Reads the pictures and files that some messages hold.
    package func blobs(of messages: some Sequence<[MessagePart]>) async throws(ServiceError) -> ReadBlobs {
        var read = ReadBlobs()
        for parts in messages {
            for part in parts {
                switch part {
                case .image(let media), .file(let media), .audio(let media):
                    guard case .blob(let digest) = media.source, read.blobs[digest] == nil else { continue }
                    let blob = try await stored { () async throws(StorageError) in try await vault.blob(digest) }
                    read.blobs[digest] = blob?.bytes
                default: continue
                }
            }
        }
        return read
    }
}

extension ModelAnswer.Status {
    /// How far a call got, in the words of an answer.
    init(_ status: Call.Status) {
        self =
            switch status {
            case .queued: .queued
            case .running: .inProgress
            case .complete: .complete
            case .incomplete: .incomplete
            case .interrupted: .interrupted
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }
}
