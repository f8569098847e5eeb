import JSONDocument

extension JSONNode {
    /// The value of a parameter as text, the items of a list joined by commas; nil for what no parameter can be.
    var parameterText: String? {
        guard let items else { return scalarText }
        let texts = items.compactMap(\.scalarText)
        return texts.count == items.count ? texts.joined(separator: ",") : nil
    }

    /// A text as a value in the place of this one: a number or a truth value stays one if the text is one in its usual
    /// form, and a list stays a list.
    func parameterValue(_ text: String) -> JSONValue {
        switch content {
        case .array: return .array(StackParameter.items(of: text).map(JSONValue.string))
        case .bool where text == "true" || text == "false": return .bool(text == "true")
        case .number: return JSONValue(number: text) ?? .string(text)
        default: return .string(text)
        }
    }
}

extension JSONValue {
    /// A number that every reader takes for the one that is written; nil for other texts.
    init?(number text: String) {
        if let integer = Int(text), "\(integer)" == text, integer.magnitude <= 1 << 53 {
            self = .integer(integer)
        } else if text.contains("."), !text.contains("e"), let double = Double(text), "\(double)" == text {
            self = .double(double)
        } else {
            return nil
        }
    }
}
