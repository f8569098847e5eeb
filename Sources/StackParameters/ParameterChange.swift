package import Diagnostics

/// What a parameter must be before it is changed.
package enum ParameterExpectation: Hashable, Sendable {
    case anything
    /// It is not set.
    case absent
    case value(String)

    /// Throws unless the present value is as expected.
    func check(_ file: ParametersFile, _ name: String) throws(ParametersError) {
        let entry = file.entry(name)
        let expected: String
        switch self {
        case .anything: return
        case .absent:
            guard entry?.value != nil else { return }
            expected = "no value"
        case .value(let text):
            let wanted = entry?.isList == true ? StackParameter.items(of: text).joined(separator: ",") : text
            guard entry?.value.map({ $0.utf8.elementsEqual(wanted.utf8) }) != true else { return }
            expected = "'\(text)'"
        }
        throw ParametersError(
            .unexpectedValue, at: entry?.location, key: name,
            "expected \(expected), found \(entry?.value.map { "'\($0)'" } ?? "no value")",
            note: "Nothing was changed.")
    }
}

/// What setting a parameter did.
package struct ParameterChange: Hashable, Sendable {
    /// The parameter's name, as the table has it if it is there.
    package var name: String
    /// The value before; nil when there was none.
    package var old: String?
    package var new: String
    /// Whether the file had no such entry, even one without a value.
    package var isNew: Bool
    /// Where the new value is.
    package var location: SourceLocation

    /// Whether the value was there already.
    package var isUnchanged: Bool { old.map { $0.utf8.elementsEqual(new.utf8) } ?? false }

    init(from old: ParametersFile, to new: ParametersFile, _ name: String) {
        let before = old.entry(name)
        let after = new.entry(name)
        self.name = after?.name ?? name
        self.old = before?.value
        self.new = after?.value ?? ""
        isNew = before == nil
        location = after?.location ?? SourceLocation(file: new.name, line: 1, column: 1)
    }
}
