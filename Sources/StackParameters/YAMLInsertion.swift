import YAMLDocument

/// A new entry of a mapping in YAML, in the file's own style, with a value that only holds the place.
struct YAMLInsertion {
    var document: YAMLDocument
    var name: String
    /// Whether the value is going to be a number.
    var isNumber: Bool

    private var bytes: [UInt8] { document.bytes }

    /// The files to try, the best first.
    var candidates: [[UInt8]] {
        guard let entries = document.root?.entries else { return [atEnd(bytes.count, indentation: "")] }
        if document.root.map({ bytes[$0.range.lowerBound] == UInt8(ascii: "{") }) == true { return inBraces(entries) }
        guard let first = entries.first, let last = entries.last else { return [] }
        let line = lineStart(first.keyRange.lowerBound)
        let blanks = bytes[line..<first.keyRange.lowerBound].prefix { $0 == 0x20 }
        let indentation = String(decoding: blanks, as: UTF8.self)
        let end = max(last.keyRange.upperBound, last.value.range.upperBound)
        return [
            atEnd(end, indentation: indentation),
            inserting(indentation + style.entry(name) + style.lineBreak, at: line),
        ]
    }

    private var style: YAMLStyle { YAMLStyle(document: document, isNumber: isNumber) }

    private func inserting(_ text: String, at offset: Int) -> [UInt8] {
        Array(bytes[..<offset] + Array(text.utf8) + bytes[offset...])
    }

    // MARK: - A line of its own

    /// Below the line that a byte is in, or in its place if the byte is the first of its line.
    private func atEnd(_ end: Int, indentation: String) -> [UInt8] {
        let entry = indentation + style.entry(name)
        var offset = end
        if !isLineStart(offset) {
            while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
            guard offset < bytes.count else { return inserting(style.lineBreak + entry, at: offset) }
            let isPair = bytes[offset] == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x0A
            offset += isPair ? 2 : 1
        }
        return inserting(entry + style.lineBreak, at: offset)
    }

    private func isLineStart(_ offset: Int) -> Bool { lineStart(offset) == offset }

    /// The start of the line that a byte is in, behind a byte order mark.
    private func lineStart(_ offset: Int) -> Int {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return bytes[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? min(mark, offset)
    }

    // MARK: - Within braces

    private func inBraces(_ entries: [YAMLEntry]) -> [[UInt8]] {
        guard let root = document.root else { return [] }
        let entry = style.entry(name)
        let start = root.range.lowerBound + 1
        guard let first = entries.first, let last = entries.last else {
            let blanks = bytes[start..<root.range.upperBound - 1].prefix { [0x20, 0x09].contains($0) }
            let isSpread = start + blanks.count < root.range.upperBound - 1
            let lead = isSpread ? style.lineBreak + "  " : String(decoding: blanks, as: UTF8.self)
            return [inserting(lead + entry, at: start)]
        }
        let ranges = entries.map { entry in
            entry.keyRange.lowerBound..<max(entry.keyRange.upperBound, entry.value.range.upperBound)
        }
        let joints = zip(ranges, ranges.dropFirst()).map { bytes[$0.upperBound..<$1.lowerBound] }
        let lead = bytes[start..<first.keyRange.lowerBound]
        let isBlank = lead.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let usual = isBlank && !lead.isEmpty ? "," + String(decoding: lead, as: UTF8.self) : ", "
        let plain = joints.filter { joint in
            joint.allSatisfy { [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ",")].contains($0) }
        }
        let joint = YAMLStyle.mostCommon(plain.map { String(decoding: $0, as: UTF8.self) }) ?? usual
        let end = max(last.keyRange.upperBound, last.value.range.upperBound)
        return [
            inserting(joint + entry, at: end),
            inserting(entry + joint, at: first.keyRange.lowerBound),
        ]
    }
}
