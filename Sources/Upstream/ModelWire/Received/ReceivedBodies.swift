import Conversations
package import OrderedJSON

/// The body that begins a conversation (`POST /conversations`): all of it may be left out.
package struct ReceivedConversation: Sendable {
    package var metadata: JSONObject?
    /// At most 20 items, oldest first.
    package var items: [ReceivedItem]

    package init(body: [UInt8], limits: RequestLimits = RequestLimits()) throws(RequestFault) {
        let fields = FieldReader(object: try JSONObject(smallBody: body, limits: limits))
        metadata = try fields.metadata()
        items =
            try fields.array("items").map { items throws(RequestFault) in
                try fields.items(items, named: "items", dialect: .responses, limit: RequestLimits.itemsAtOnce)
            } ?? []
    }
}

/// The body that adds items to a conversation (`POST /conversations/{id}/items`): at least one, at most 20.
package struct ReceivedItems: Sendable {
    package var items: [ReceivedItem]

    package init(body: [UInt8], limits: RequestLimits = RequestLimits()) throws(RequestFault) {
        let fields = FieldReader(object: try JSONObject(smallBody: body, limits: limits))
        guard let array = try fields.array("items") else { throw .missing("items") }
        if array.isEmpty { throw .emptyArray("items") }
        items = try fields.items(array, named: "items", dialect: .responses, limit: RequestLimits.itemsAtOnce)
    }
}

/// The body that changes what a program notes with a conversation or a stored completion.
package struct ReceivedMetadata: Sendable {
    /// What it shall be from now on; empty where `null` was sent.
    package var metadata: JSONObject

    package init(body: [UInt8], limits: RequestLimits = RequestLimits()) throws(RequestFault) {
        let object = try JSONObject(smallBody: body, limits: limits)
        guard object.contains("metadata") else { throw .missing("metadata") }
        metadata = try FieldReader(object: object).metadata() ?? JSONObject()
    }
}

extension JSONObject {
    /// A body that may be missing.
    fileprivate init(smallBody bytes: [UInt8], limits: RequestLimits) throws(RequestFault) {
        let isEmpty = bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if isEmpty || bytes == Array("null".utf8) {
            self.init()
        } else {
            try self.init(requestBody: bytes, limits: limits)
        }
    }
}
