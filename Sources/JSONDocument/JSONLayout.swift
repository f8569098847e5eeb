/// How a text is laid out, as far as something that is added to it should follow.
struct JSONLayout: Hashable {
    /// nil when everything is on one line.
    var lineBreak: String?
    /// One step of indentation.
    var step = "  "
    /// What stands between a key and its value.
    var separator = ": "

    /// A value's text; its lines but the first begin with the indentation.
    func text(of value: JSONValue, indentation: String = "") -> String {
        switch value {
        case .object(let members) where !members.isEmpty:
            let parts = members.map { member in
                JSONText.quoted(member.key) + separator + text(of: member.value, indentation: indentation + step)
            }
            return list(parts, "{", "}", indentation)
        case .array(let items) where !items.isEmpty:
            return list(items.map { text(of: $0, indentation: indentation + step) }, "[", "]", indentation)
        default: return value.text
        }
    }

    private func list(_ parts: [String], _ open: String, _ close: String, _ indentation: String) -> String {
        guard let lineBreak else {
            return open + parts.joined(separator: separator.hasSuffix(" ") ? ", " : ",") + close
        }
        let inner = lineBreak + indentation + step
        return open + inner + parts.joined(separator: "," + inner) + lineBreak + indentation + close
    }
}

extension JSONValue {
    /// The value over several lines, with two spaces for each level.
    package var indentedText: String { JSONLayout(lineBreak: "\n").text(of: self) }
}
