/// A value that is to be written.
package indirect enum JSONValue: Sendable, Hashable {
    /// A key and its value.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Members in the order in which they are written.
    case object([Member])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    /// A number with a fraction. One that is not finite is written as null, as JSON has no such numbers.
    case double(Double)
    case bool(Bool)
    case null
}

extension JSONValue {
    /// The value in JSON without white space.
    package var text: String {
        var result = ""
        append(to: &result)
        return result
    }

    private func append(to result: inout String) {
        switch self {
        case .object(let members):
            result += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { result += "," }
                JSONText.appendQuoted(member.key, to: &result)
                result += ":"
                member.value.append(to: &result)
            }
            result += "}"
        case .array(let items):
            result += "["
            for (index, item) in items.enumerated() {
                if index > 0 { result += "," }
                item.append(to: &result)
            }
            result += "]"
        case .string(let text): JSONText.appendQuoted(text, to: &result)
        case .integer(let value): result += "\(value)"
        case .double(let value): result += value.isFinite ? "\(value)" : "null"
        case .bool(let value): result += value ? "true" : "false"
        case .null: result += "null"
        }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }

    package init(arrayLiteral items: JSONValue...) { self = .array(items) }

    package init(stringLiteral text: String) { self = .string(text) }

    package init(integerLiteral value: Int) { self = .integer(value) }

    package init(floatLiteral value: Double) { self = .double(value) }

    package init(booleanLiteral value: Bool) { self = .bool(value) }

    package init(nilLiteral: ()) { self = .null }
}

extension JSONNode.Content {
    /// What a written value reads as.
    package init(_ value: JSONValue) {
        func node(_ value: JSONValue) -> JSONNode { JSONNode(content: JSONNode.Content(value), range: 0..<0) }
        switch value {
        case .object(let members):
            self = .object(members.map { JSONMember(key: $0.key, keyRange: 0..<0, value: node($0.value)) })
        case .array(let items): self = .array(items.map(node))
        case .string(let text): self = .string(text)
        case .integer(let value): self = .number("\(value)")
        case .double(let value): self = value.isFinite ? .number("\(value)") : .null
        case .bool(let value): self = .bool(value)
        case .null: self = .null
        }
    }
}
