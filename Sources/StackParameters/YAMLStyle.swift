import Diagnostics
import YAMLDocument

/// How the entries of a mapping in YAML are written, as far as a new one should follow.
struct YAMLStyle {
    private let document: YAMLDocument
    private let entries: [YAMLEntry]
    private let isNumber: Bool

    init(document: YAMLDocument, isNumber: Bool) {
        self.document = document
        self.isNumber = isNumber
        entries = document.root?.entries ?? []
    }

    private var bytes: [UInt8] { document.bytes }

    /// An entry with a value that holds the place, quoted as the value should be.
    func entry(_ name: String) -> String {
        let quotes = Self.mostCommon(entries.map { quote(at: $0.keyRange.lowerBound) }) ?? ""
        let key = quotes + name + quotes
        let value: String =
            switch valueStyle {
            case .singleQuoted: "'x'"
            case .doubleQuoted: "\"x\""
            case .plain, .literal, .folded: "x"
            }
        return key + separator(for: key) + value
    }

    /// How the file ends its lines.
    var lineBreak: String {
        let first = bytes.firstIndex { $0 == 0x0A || $0 == 0x0D }
        guard let index = first, bytes[index] == 0x0D else { return "\n" }
        return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? "\r\n" : "\r"
    }

    /// The element that is there most often; of several such ones the last.
    static func mostCommon<Element: Hashable>(_ elements: [Element]) -> Element? {
        var counts: [Element: Int] = [:]
        for element in elements { counts[element, default: 0] += 1 }
        let most = counts.values.max()
        return elements.last { counts[$0] == most }
    }

    private func quote(at offset: Int) -> String {
        switch bytes[offset] {
        case UInt8(ascii: "\""): "\""
        case UInt8(ascii: "'"): "'"
        default: ""
        }
    }

    /// The style of most values of the same kind, or of all where there are none of that kind.
    private var valueStyle: YAMLScalar.Style {
        let scalars = entries.compactMap(\.value.scalar).filter { !$0.isNull }
        let alike = scalars.filter { (Int($0.text) != nil) == isNumber }
        let styles = (alike.isEmpty ? scalars : alike).map { scalar -> YAMLScalar.Style in
            scalar.style == .literal || scalar.style == .folded ? .plain : scalar.style
        }
        return Self.mostCommon(styles) ?? .plain
    }

    /// What stands between the key and its value: as usual here, or as many spaces as put the value below the others.
    private func separator(for key: String) -> String {
        var separators: [String] = []
        var columns: Set<Int> = []
        for entry in entries where entry.value.location.line == entry.keyLocation.line && !entry.value.range.isEmpty {
            guard entry.keyRange.upperBound < entry.value.range.lowerBound else { continue }
            let text = bytes[entry.keyRange.upperBound..<entry.value.range.lowerBound]
            separators.append(String(decoding: text, as: UTF8.self))
            columns.insert(entry.value.location.column - entry.keyLocation.column)
        }
        if let column = columns.first, columns.count == 1, Set(separators).count > 1 {
            return ":" + String(repeating: " ", count: max(1, column - key.unicodeScalars.count - 1))
        }
        return Self.mostCommon(separators) ?? ": "
    }
}
