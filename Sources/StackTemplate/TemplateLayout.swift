import JSONDocument

/// How a template is laid out: what fits into a line stands on one, so that people can read it and CloudFormation takes it
/// as it is (51,200 bytes).
enum TemplateLayout {
    private static let width = 120

    static func text(of value: JSONValue, indentation: Int = 0, used: Int = 0) -> String {
        let line = oneLine(value)
        if indentation + used + line.utf8.count <= width, indentation > 0 { return line }
        let margin = String(repeating: " ", count: indentation + 2)
        let parts: [String]
        let (open, close): (String, String)
        switch value {
        case .object(let members) where !members.isEmpty:
            (open, close) = ("{", "}")
            parts = members.map { member in
                let key = JSONText.quoted(member.key) + ": "
                return margin + key + text(of: member.value, indentation: indentation + 2, used: key.utf8.count)
            }
        case .array(let items) where !items.isEmpty:
            (open, close) = ("[", "]")
            parts = items.map { margin + text(of: $0, indentation: indentation + 2) }
        default: return line
        }
        let end = String(repeating: " ", count: indentation)
        return "\(open)\n\(parts.joined(separator: ",\n"))\n\(end)\(close)"
    }

    private static func oneLine(_ value: JSONValue) -> String {
        switch value {
        case .object(let members) where !members.isEmpty:
            "{\(members.map { "\(JSONText.quoted($0.key)): \(oneLine($0.value))" }.joined(separator: ", "))}"
        case .array(let items) where !items.isEmpty: "[\(items.map(oneLine).joined(separator: ", "))]"
        default: value.text
        }
    }
}
