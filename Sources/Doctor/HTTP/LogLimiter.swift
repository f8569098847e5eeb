import NIOCore

/// Lets one message of a kind through in a while, and counts the others.
struct LogLimiter {
    private let interval: TimeAmount
    private var next: NIODeadline?
    private var withheld = 0

    init(interval: TimeAmount = .seconds(10)) {
        self.interval = interval
    }

    /// What to add to the message, if it may be logged at all; nil when it may not.
    mutating func pass(at now: NIODeadline = .now()) -> String? {
        if let next, now < next {
            withheld += 1
            return nil
        }
        defer { withheld = 0 }
        next = now + interval
        return withheld == 0 ? "" : " (and \(withheld) more like it)"
    }

    /// Foreign text for a log: at most `limit` bytes of it, with all but printable ASCII escaped.
    static func quote(_ bytes: some Collection<UInt8>, limit: Int = 80) -> String {
        let text = bytes.prefix(limit).map { byte in
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7f: String(UnicodeScalar(byte))
            default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return "'" + text.joined() + (bytes.count > limit ? "…'" : "'")
    }
}
