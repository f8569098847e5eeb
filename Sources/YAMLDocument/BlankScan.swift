/// A walk over what stands between tokens.
struct BlankScan {
    private let bytes: [UInt8]
    private let end: Int
    private(set) var offset: Int
    private static let wordEnds = Array(" \t\r\n,[]{}".utf8)

    init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        self.end = end
        offset = start
    }

    /// Goes behind spaces, tabs, line breaks and comments.
    mutating func skipBlanksAndComments() {
        while offset < end {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case UInt8(ascii: "#"): skipLine()
            default: return
            }
        }
    }

    /// Goes to the next space, tab, line break or flow indicator.
    mutating func skipWord() {
        while offset < end, !Self.wordEnds.contains(bytes[offset]) { offset += 1 }
    }

    /// Goes to the line's break.
    mutating func skipLine() {
        while offset < end, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
    }

    /// Goes behind one line break, if there is one.
    mutating func skipBreak() {
        guard offset < end else { return }
        let isPair = bytes[offset] == 0x0D && offset + 1 < end && bytes[offset + 1] == 0x0A
        if bytes[offset] == 0x0A || bytes[offset] == 0x0D { offset += isPair ? 2 : 1 }
    }
}
