/// Makes keys for programs.
enum ProgramSecret {
    /// `diwan-` and 32 characters drawn by lot: 160 bits.
    static func make() -> String {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var system = SystemRandomNumberGenerator()
        let drawn = (0..<32).map { _ in digits[Int(system.next() & 31)] }
        return "diwan-" + String(decoding: drawn, as: UTF8.self)
    }
}
