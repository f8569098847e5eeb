/// How a block scalar stands in the file: its header, its indentation, and where its content ends.
struct BlockScalarSource {
    /// The bytes, from the `|` or `>`.
    private let bytes: ArraySlice<UInt8>
    /// `|` or `>`, without what follows it.
    let indicator: UInt8
    /// The digit that gives the indentation, if there is one.
    let digit: UInt8?
    /// `+`, `-` or neither.
    let chomping: UInt8?
    /// What follows the indicators on their line: nothing, blanks, a comment.
    let tail: ArraySlice<UInt8>
    /// The line break of the header; empty at the end of the file.
    let lineBreak: ArraySlice<UInt8>
    /// The spaces before each line; nil when no line tells.
    let indentation: Int?
    /// The node's bytes, without the blank lines behind it that are not part of its text.
    let contentRange: Range<Int>

    /// Takes bytes that libyaml found to be a block scalar of this text.
    init(_ bytes: ArraySlice<UInt8>, text: String) {
        self.bytes = bytes
        let all = Array(bytes)
        let base = bytes.startIndex
        indicator = all.first ?? UInt8(ascii: "|")
        let signs = all.dropFirst().prefix { [UInt8(ascii: "+"), UInt8(ascii: "-")].contains($0) || 0x30...0x39 ~= $0 }
        digit = signs.first { 0x30...0x39 ~= $0 }
        chomping = signs.first { !(0x30...0x39 ~= $0) }
        var scan = BlankScan(all, from: signs.endIndex, to: all.count)
        scan.skipLine()
        tail = bytes[base + signs.endIndex..<base + scan.offset]
        let headerEnd = scan.offset
        scan.skipBreak()
        lineBreak = bytes[base + headerEnd..<base + scan.offset]
        let bodyStart = scan.offset

        indentation = Self.indentation(of: all[bodyStart...], text: text)
        var end = all.count
        if text.isEmpty {
            end = bodyStart
        } else if chomping != UInt8(ascii: "+"), let indentation {
            end = Self.end(of: all, from: bodyStart, indentation: indentation)
        }
        contentRange = base..<base + end
    }

    /// The blanks that the first line with text has in the file and not in the text.
    private static func indentation(of body: ArraySlice<UInt8>, text: String) -> Int? {
        guard let inFile = leadingSpaces(body), let inText = leadingSpaces(Array(text.utf8)[...]) else { return nil }
        return max(inFile - inText, 0)
    }

    /// The spaces before the first character that is neither a space nor a line break.
    private static func leadingSpaces(_ bytes: ArraySlice<UInt8>) -> Int? {
        var spaces = 0
        for byte in bytes {
            switch byte {
            case 0x20: spaces += 1
            case 0x0A, 0x0D: spaces = 0
            default: return spaces
            }
        }
        return nil
    }

    /// The end without the last lines that are empty or only indented.
    private static func end(of bytes: [UInt8], from start: Int, indentation: Int) -> Int {
        var end = bytes.count
        while end > start {
            var breakStart = end
            if bytes[breakStart - 1] == 0x0A { breakStart -= 1 }
            if breakStart > start, bytes[breakStart - 1] == 0x0D, breakStart == end || bytes[breakStart] == 0x0A {
                breakStart -= 1
            }
            var lineStart = breakStart
            while lineStart > start, bytes[lineStart - 1] != 0x0A, bytes[lineStart - 1] != 0x0D { lineStart -= 1 }
            let line = bytes[lineStart..<breakStart]
            guard line.count <= indentation, line.allSatisfy({ $0 == 0x20 }) else { return end }
            end = lineStart
        }
        return end
    }

    /// Whether the node's last line has a line break.
    var endsWithBreak: Bool {
        guard let last = bytes[contentRange].last else { return false }
        return last == 0x0A || last == 0x0D
    }
}
