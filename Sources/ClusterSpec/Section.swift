import Diagnostics
import YAMLDocument

/// Collects what is wrong while a spec is read, so that one run reports all of it.
final class Findings {
    private(set) var diagnostics: [Diagnostic] = []

    func error(at location: SourceLocation?, key: String, _ message: String, notes: [String] = []) {
        diagnostics.append(Diagnostic(.error, at: location, key: key, message, notes: notes))
    }

    func warning(at location: SourceLocation?, key: String, _ message: String, notes: [String] = []) {
        diagnostics.append(Diagnostic(.warning, at: location, key: key, message, notes: notes))
    }
}

/// Why a scalar's text is not a value of its key.
package struct Malformed: Error {
    package var message: String
    package var notes: [String]

    package init(_ message: String, notes: [String] = []) {
        self.message = message
        self.notes = notes
    }
}

/// One mapping of the spec while it is read: knows its path and its legal keys, reports the others.
struct Section {
    let path: String
    let findings: Findings
    /// Where the mapping stands; nil when the user left it out.
    let location: SourceLocation?
    /// Whether the user wrote keys here that are none.
    let hasUnknownKeys: Bool
    private let entries: [String: YAMLNode]

    /// The whole document.
    init(document: YAMLDocument, keys: [String], _ findings: Findings) {
        self.init(document.root, path: "", keys: keys, findings, defaultLocation: nil)
    }

    /// A mapping found elsewhere, such as an item of a list.
    init(_ node: YAMLNode?, path: String, keys: [String], _ findings: Findings, defaultLocation: SourceLocation?) {
        self.path = path
        self.findings = findings
        location = node?.location ?? defaultLocation
        var entries: [String: YAMLNode] = [:]
        var hasUnknownKeys = false
        switch node?.content {
        case nil: break
        case .scalar(let scalar) where scalar.isNull: break
        case .scalar, .sequence:
            findings.error(
                at: node?.location, key: path,
                "expected keys with values here, found \(Section.kind(of: node))",
                notes: ["the keys are \(keys.joined(separator: ", "))"])
        case .mapping(let found):
            for entry in found {
                if keys.contains(entry.key) {
                    entries[entry.key] = entry.value
                } else {
                    hasUnknownKeys = true
                    Section.reportUnknown(entry, path: path, keys: keys, findings)
                }
            }
        }
        self.entries = entries
        self.hasUnknownKeys = hasUnknownKeys
    }

    private static func reportUnknown(_ entry: YAMLEntry, path: String, keys: [String], _ findings: Findings) {
        let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        if path.hasPrefix("auth.users"), entry.key == "password" {
            findings.error(
                at: entry.keyLocation, key: name, "a password never stands in this file",
                notes: ["name where it is kept: secret, password_file or password_env"])
            return
        }
        let near = nearestName(to: entry.key, in: keys).map { "did you mean \($0)?" }
        findings.error(
            at: entry.keyLocation, key: name, "unknown key",
            notes: [near ?? "the keys here are \(keys.joined(separator: ", "))"])
    }

    /// The full name of one of this section's keys.
    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The node that the user wrote for `key`.
    func node(_ key: String) -> YAMLNode? { entries[key] }

    /// The sub-mapping of `key`; empty when the user left it out.
    func section(_ key: String, keys: [String]) -> Section {
        Section(entries[key], path: name(key), keys: keys, findings, defaultLocation: nil)
    }

    /// The value of `key`, or nil when it is missing or wrong, which is then reported.
    func value<Value>(_ key: String, _ parse: (String) throws(Malformed) -> Value) -> Setting<Value>? {
        guard let node = entries[key] else { return nil }
        return value(of: node, name: name(key), parse)
    }

    /// The value of `key`, or our default.
    func value<Value>(
        _ key: String, default fallback: Value, _ parse: (String) throws(Malformed) -> Value
    ) -> Setting<Value> {
        value(key, parse) ?? Setting(fallback)
    }

    /// The value of a scalar node.
    func value<Value>(
        of node: YAMLNode, name: String, _ parse: (String) throws(Malformed) -> Value
    ) -> Setting<Value>? {
        guard case .scalar(let scalar) = node.content else {
            findings.error(
                at: node.location, key: name, "expected one value, found \(Section.kind(of: node))")
            return nil
        }
        guard !scalar.isNull else {
            findings.error(
                at: node.location, key: name, "has no value",
                notes: ["write one after the colon, or remove the line to get the default"])
            return nil
        }
        do throws(Malformed) {
            return Setting(try parse(scalar.text), at: node.location)
        } catch {
            findings.error(at: node.location, key: name, error.message, notes: error.notes)
            return nil
        }
    }

    /// The items of the list under `key`, each with its own name such as `pgpool.allow[0]`; nil when it is missing.
    func items(_ key: String) -> [(node: YAMLNode, name: String)]? {
        guard let node = entries[key] else { return nil }
        switch node.content {
        case .sequence(let items):
            return items.enumerated().map { ($0.element, "\(name(key))[\($0.offset)]") }
        case .scalar(let scalar) where scalar.isNull:
            return []
        case .scalar, .mapping:
            findings.error(
                at: node.location, key: name(key), "expected a list, found \(Section.kind(of: node))",
                notes: ["write `\(key): [first, second]`, or one item a line, each after `- `"])
            return nil
        }
    }

    /// The values of the list under `key`; nil when it is missing.
    func list<Value>(_ key: String, _ parse: (String) throws(Malformed) -> Value) -> [Setting<Value>]? {
        items(key)?.compactMap { value(of: $0.node, name: $0.name, parse) }
    }

    private static func kind(of node: YAMLNode?) -> String {
        switch node?.content {
        case nil: "nothing"
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "keys with values"
        }
    }
}
