import FoundationEssentials

/// What an element of an answer of the query protocols says, by name.
struct XMLFields {
    let element: XMLElement
    let answer: XMLAnswer

    /// The text of a field that the service always sends.
    func required(_ name: String) throws(AWSError) -> String { try answer.required(name, in: element) }

    /// Nil when it is not there, or empty.
    func text(_ name: String) -> String? { element.text(name) }

    func integer(_ name: String) throws(AWSError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text) else { throw missing("\(name) that is a number") }
        return number
    }

    func flag(_ name: String) throws(AWSError) -> Bool? {
        switch text(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw missing("\(name) that is true or false")
        }
    }

    func time(_ name: String) throws(AWSError) -> Date? {
        guard let text = text(name) else { return nil }
        guard let date = AnswerTimes.timestamp(text) else { throw missing("\(name) that is a time") }
        return date
    }

    func requiredTime(_ name: String) throws(AWSError) -> Date {
        guard let date = try time(name) else { throw missing(name) }
        return date
    }

    /// The structure in a field.
    func fields(_ name: String) -> XMLFields? { element[name].map { XMLFields(element: $0, answer: answer) } }

    /// The items of a list.
    func items(_ name: String) -> [XMLFields] {
        element.items(name).map { XMLFields(element: $0, answer: answer) }
    }

    /// The texts that a list consists of.
    func texts(_ name: String) -> [String] { element.items(name).map(\.text) }

    func missing(_ name: String) -> AWSError { answer.missing(name) }
}
