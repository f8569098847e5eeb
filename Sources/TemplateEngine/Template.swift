package import Diagnostics

/// What a template's names stand for.
package enum TemplateValue: Sendable {
    /// Text in the target's grammar: quoted already by whoever builds the model, never by the template.
    case text(String)
    /// Shown or hidden as a section; cannot be written as a variable.
    case flag(Bool)
    /// A section that is repeated for each item.
    case list([[String: TemplateValue]])
}

/// A strict template with Mustache's syntax: `{{name}}`, `{{#section}}…{{/section}}`, `{{^inverted}}…{{/inverted}}`,
/// `{{! comment}}` and `{{>partial}}`.
///
/// Unlike Mustache's own engines it never passes over what it does not know: an unknown variable, section or partial
/// is an error with its position. It does not quote: values come in the target's grammar. A tag of a section, a comment
/// or a partial that stands alone on its line takes the whole line with it.
package struct Template: Sendable {
    enum Element: Sendable {
        case text(String)
        case variable(String, SourceLocation)
        case partial(String, SourceLocation)
        case section(String, inverted: Bool, [Element], SourceLocation)
    }

    /// The file's name in messages.
    package let name: String
    let elements: [Element]

    /// Reads a template; throws on a tag that is not closed, a section that does not match, or an empty name.
    package init(parsing text: String, name: String) throws(DiagnosticsError) {
        self.name = name
        var parser = TemplateParser(text: text, file: name)
        elements = try parser.parse()
    }

    /// Renders with the names of `model`. A name is looked up in the innermost section first. Partials are templates by their name.
    package func render(
        _ model: [String: TemplateValue], partials: [String: Template] = [:]
    ) throws(DiagnosticsError) -> String {
        var output = ""
        try Template.render(elements, scopes: [model], partials: partials, depth: 0, into: &output)
        return output
    }

    private static func render(
        _ elements: [Element], scopes: [[String: TemplateValue]], partials: [String: Template], depth: Int,
        into output: inout String
    ) throws(DiagnosticsError) {
        func look(_ name: String) -> TemplateValue? {
            for scope in scopes.reversed() {
                if let value = scope[name] { return value }
            }
            return nil
        }
        func unknown(_ kind: String, _ name: String, _ location: SourceLocation) -> DiagnosticsError {
            let names = Set(scopes.flatMap(\.keys)).sorted()
            let note =
                nearestName(to: name, in: names).map { "did you mean \($0)?" }
                ?? "the names here are \(names.joined(separator: ", "))"
            return DiagnosticsError(Diagnostic(.error, at: location, "unknown \(kind) '\(name)'", notes: [note]))
        }
        for element in elements {
            switch element {
            case .text(let text): output += text
            case .variable(let name, let location):
                switch look(name) {
                case .text(let text): output += text
                case .flag, .list:
                    throw DiagnosticsError(
                        Diagnostic(
                            .error, at: location, "'\(name)' is a section, not a variable",
                            notes: ["write {{#\(name)}}…{{/\(name)}}"]))
                case nil: throw unknown("variable", name, location)
                }
            case .section(let name, let inverted, let body, let location):
                let items: [[String: TemplateValue]]
                switch look(name) {
                case .flag(let shown): items = shown ? [[:]] : []
                case .list(let list): items = list
                case .text:
                    throw DiagnosticsError(
                        Diagnostic(
                            .error, at: location, "'\(name)' is a variable, not a section",
                            notes: ["write {{\(name)}}"]))
                case nil: throw unknown("section", name, location)
                }
                for item in inverted ? (items.isEmpty ? [[:]] : []) : items {
                    try render(
                        body, scopes: scopes + [item], partials: partials, depth: depth, into: &output)
                }
            case .partial(let name, let location):
                guard let partial = partials[name] else {
                    throw DiagnosticsError(Diagnostic(.error, at: location, "unknown partial '\(name)'"))
                }
                guard depth < 16 else {
                    throw DiagnosticsError(
                        Diagnostic(.error, at: location, "partial '\(name)' is nested more than 16 deep"))
                }
                try render(
                    partial.elements, scopes: scopes, partials: partials, depth: depth + 1, into: &output)
            }
        }
    }
}
