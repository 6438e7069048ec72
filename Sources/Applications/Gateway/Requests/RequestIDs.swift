/// Names requests: `req_` and 24 characters that no other request has.
enum RequestIDs {
    static func next() -> String {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var high = UInt64.random(in: .min ... .max)
        var low = UInt64.random(in: .min ... .max)
        var characters = Array("req_".utf8)
        for _ in 0..<12 {
            characters.append(digits[Int(high & 31)])
            characters.append(digits[Int(low & 31)])
            high >>= 5
            low >>= 5
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
