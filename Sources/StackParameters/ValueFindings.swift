import Diagnostics

/// What is wrong with the values of a file, collected while it is read.
struct ValueFindings {
    private var diagnostics: [Diagnostic] = []

    mutating func add(at location: SourceLocation, key: String, _ message: String, notes: [String] = []) {
        diagnostics.append(Diagnostic(.error, at: location, key: key, message, notes: notes))
    }

    /// Adds an error for a value of ours that no parameter can have.
    mutating func check(_ entry: ParameterEntry) {
        guard let parameter = StackParameter.named(entry.name) else { return }
        if entry.value?.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) == true {
            add(
                at: entry.location, key: entry.spelling, "the value has a line break or another control character")
        }
        if entry.isList, !parameter.isList {
            add(at: entry.location, key: entry.spelling, "expected one value, not a list")
        }
    }

    /// Throws what was found, unless that is nothing.
    func throwIfAny() throws(DiagnosticsError) {
        guard diagnostics.isEmpty else { throw DiagnosticsError(diagnostics) }
    }
}
