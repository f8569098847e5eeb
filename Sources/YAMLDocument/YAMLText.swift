extension YAMLNode {
    /// The node as the text of a document that reads back as the same tree: in block style, a key or an item a line, with
    /// quotes only where they are needed, and a final newline. Comments are not part of a tree.
    package var text: String { lines.joined(separator: "\n") + "\n" }

    /// With the keys of all mappings in the order of their characters, so that equal trees have one text.
    package var sortedByKey: YAMLNode {
        var node = self
        switch content {
        case .scalar: break
        case .sequence(let items): node.content = .sequence(items.map(\.sortedByKey))
        case .mapping(let entries):
            let sorted = entries.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
            node.content = .mapping(
                sorted.map { entry in
                    var entry = entry
                    entry.value = entry.value.sortedByKey
                    return entry
                })
        }
        return node
    }

    private var lines: [String] {
        switch content {
        case .scalar(let scalar): [YAMLNode.word(scalar)]
        case .sequence(let items) where items.isEmpty: ["[]"]
        case .mapping(let entries) where entries.isEmpty: ["{}"]
        case .sequence(let items):
            items.flatMap { item in
                item.lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
            }
        case .mapping(let entries):
            entries.flatMap { entry -> [String] in
                let key = YAMLNode.word(YAMLScalar(text: entry.key, style: .singleQuoted))
                let value = entry.value
                guard value.scalar == nil, !value.children.isEmpty else {
                    let word = value.lines.joined()
                    return [word.isEmpty ? "\(key):" : "\(key): \(word)"]
                }
                return ["\(key):"] + value.lines.map { "  \($0)" }
            }
        }
    }

    /// A scalar on one line.
    private static func word(_ scalar: YAMLScalar) -> String {
        if scalar.isNull { return scalar.text }
        let text = scalar.text
        if isPlain(text), let plain = ScalarWriter.plain(text) { return plain }
        return ScalarWriter.singleQuoted(text) ?? ScalarWriter.doubleQuoted(text)
    }

    /// Whether a text means itself without quotes anywhere: words of harmless characters with one space between them.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, isLetterOrDigit(first) || first == UInt8(ascii: "/"),
            last != UInt8(ascii: ":"), last != UInt8(ascii: " ")
        else { return false }
        return bytes.indices.allSatisfy { index in
            switch bytes[index] {
            case UInt8(ascii: " "):
                index + 1 < bytes.count && isLetterOrDigit(bytes[index + 1]) && bytes[index - 1] != UInt8(ascii: ":")
            case let byte: isLetterOrDigit(byte) || "_./:@%+=,-*()".utf8.contains(byte)
            }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
