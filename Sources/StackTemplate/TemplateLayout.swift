import JSONDocument

/// How a template is laid out: what fits into a line stands on one, so that people can read it and CloudFormation takes it
/// as it is (51,200 bytes).
struct TemplateLayout {
    private static let width = 120
    private var lines: [UInt8] = []

    /// The text of a template, whose sections are spread out however short they are.
    static func text(of value: JSONValue) -> String {
        var layout = TemplateLayout()
        layout.append(Part(value), indentation: 0, used: width)
        return String(decoding: layout.lines, as: UTF8.self)
    }

    /// A value with its text on one line, which is made once, from those of what is in it, and only while it is short.
    private struct Part {
        var line: [UInt8]?
        /// What is in it, with the keys of an object.
        var parts: [(key: [UInt8], part: Part)] = []
        var open: UInt8 = 0
        var close: UInt8 = 0

        init(_ value: JSONValue) {
            switch value {
            case .object(let members) where !members.isEmpty:
                (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
                parts = members.map { (Array(JSONText.quoted($0.key).utf8) + [0x3A, 0x20], Part($0.value)) }
            case .array(let items) where !items.isEmpty:
                (open, close) = (UInt8(ascii: "["), UInt8(ascii: "]"))
                parts = items.map { ([], Part($0)) }
            default: line = Array(value.text.utf8)
            }
            guard !parts.isEmpty else { return }
            var line = [open]
            for (index, part) in parts.enumerated() {
                guard let text = part.part.line, line.count + text.count <= width else { return }
                if index > 0 { line += [0x2C, 0x20] }
                line += part.key
                line += text
            }
            self.line = line + [close]
        }
    }

    /// Appends a part behind so many bytes of its own line.
    private mutating func append(_ part: Part, indentation: Int, used: Int) {
        if let line = part.line, part.parts.isEmpty || indentation + used + line.count <= TemplateLayout.width {
            lines += line
            return
        }
        lines.append(part.open)
        for (index, inner) in part.parts.enumerated() {
            if index > 0 { lines.append(0x2C) }
            breakLine(indentation + 2)
            lines += inner.key
            append(inner.part, indentation: indentation + 2, used: inner.key.count)
        }
        breakLine(indentation)
        lines.append(part.close)
    }

    private mutating func breakLine(_ indentation: Int) {
        lines.append(0x0A)
        lines += [UInt8](repeating: 0x20, count: indentation)
    }
}
