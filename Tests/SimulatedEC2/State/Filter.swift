/// A condition on the items of a list, as a call has it.
struct Filter: Sendable {
    var name: String
    var patterns: [String]

    var isOfTags: Bool { name.hasPrefix("tag:") || name == "tag-key" || name == "tag-value" }

    var invalid: SimulatedError { SimulatedError("InvalidParameterValue", "The filter '\(name)' is invalid") }

    func holds(forTags tags: [String: String]) -> Bool {
        switch name {
        case "tag-key": holds(for: Array(tags.keys))
        case "tag-value": holds(for: Array(tags.values))
        default: tags[String(name.dropFirst(4))].map { holds(for: [$0]) } ?? false
        }
    }

    /// Whether one of the values fits one of the patterns.
    func holds(for values: [String]) -> Bool {
        patterns.contains { pattern in values.contains { Wildcard.fits(pattern, $0) } }
    }
}

/// Patterns in which `*` stands for any characters, `?` for one, and a `\` takes the meaning from the next one.
enum Wildcard {
    static func fits(_ pattern: String, _ text: String) -> Bool { fits(Array(pattern)[...], Array(text)[...]) }

    private static func fits(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case "*": return (text.startIndex...text.endIndex).contains { fits(rest, text[$0...]) }
        case "?": return !text.isEmpty && fits(rest, text.dropFirst())
        case "\\" where !rest.isEmpty: return text.first == rest.first && fits(rest.dropFirst(), text.dropFirst())
        default: return text.first == first && fits(rest, text.dropFirst())
        }
    }
}
