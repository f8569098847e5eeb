import Diagnostics
import YAMLDocument

/// Gives a list in YAML other items, in the style of those that are there.
struct YAMLListEdit {
    var document: YAMLDocument
    /// The list's key in the root.
    var key: String

    /// The file's bytes with these items in the list.
    func replacing(with items: [String]) throws(DiagnosticsError) -> [UInt8] {
        var edited = try YAMLDocument(parsing: resized(to: items.count), file: document.file)
        for (index, text) in items.enumerated() {
            guard let item = edited.root?[key]?[index] else { throw refusal }
            let bytes = try edited.replacing(item, with: text)
            if bytes != edited.bytes { edited = try YAMLDocument(parsing: bytes, file: document.file) }
        }
        return edited.bytes
    }

    private var refusal: DiagnosticsError {
        DiagnosticsError(
            Diagnostic(
                .error, at: document.root?[key]?.location, key: key, "the list cannot be changed here",
                notes: ["Edit the file by hand."]))
    }

    /// The file's bytes with as many items; the values of new ones are to be replaced.
    private func resized(to count: Int) throws(DiagnosticsError) -> [UInt8] {
        let bytes = document.bytes
        guard let list = document.root?[key], let items = list.items else { throw refusal }
        let isFlow = bytes[list.range.lowerBound] == UInt8(ascii: "[")
        guard let last = items.last else {
            let text = [String](repeating: "x", count: count).joined(separator: ", ")
            let start = list.range.lowerBound + 1
            return Array(bytes[..<start] + Array(text.utf8) + bytes[(list.range.upperBound - 1)...])
        }
        if count < items.count {
            guard count > 0 || isFlow else { throw refusal }
            let start = count > 0 ? items[count - 1].range.upperBound : items[0].range.lowerBound
            return Array(bytes[..<start] + bytes[last.range.upperBound...])
        }
        var offset = last.range.upperBound
        let item: String
        if isFlow {
            item = joint(items) + placeholder(last)
        } else {
            while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
            let style = YAMLStyle(document: document, isNumber: false)
            let line = bytes[..<list.range.lowerBound].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
            let lead = String(decoding: bytes[line..<items[0].range.lowerBound], as: UTF8.self)
            guard lead.allSatisfy({ $0 == " " || $0 == "-" }) else { throw refusal }
            item = style.lineBreak + lead + placeholder(last)
        }
        let text = String(repeating: item, count: count - items.count)
        return Array(bytes[..<offset] + Array(text.utf8) + bytes[offset...])
    }

    private func placeholder(_ item: YAMLNode) -> String {
        switch item.scalar?.style {
        case .singleQuoted: "'x'"
        case .doubleQuoted: "\"x\""
        default: "x"
        }
    }

    /// What stands between two items within brackets.
    private func joint(_ items: [YAMLNode]) -> String {
        let texts = zip(items, items.dropFirst()).map { first, second in
            String(decoding: document.bytes[first.range.upperBound..<second.range.lowerBound], as: UTF8.self)
        }
        let plain = texts.filter { $0.unicodeScalars.allSatisfy { ", \t\r\n".unicodeScalars.contains($0) } }
        return YAMLStyle.mostCommon(plain) ?? ", "
    }
}
