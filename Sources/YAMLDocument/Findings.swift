import Diagnostics

/// The errors of one run, up to a limit.
struct Findings {
    private var diagnostics: [Diagnostic] = []
    private(set) var overflows = false

    /// Adds an error; past the limit it is only counted.
    mutating func add(_ diagnostic: Diagnostic) {
        if diagnostics.count < YAMLLimits.diagnostics {
            diagnostics.append(diagnostic)
        } else {
            overflows = true
        }
    }

    /// Adds the error that ends the run; past the limit it takes the place of the last one.
    mutating func addLast(_ diagnostic: Diagnostic) {
        if diagnostics.count == YAMLLimits.diagnostics {
            diagnostics.removeLast()
            overflows = true
        }
        diagnostics.append(diagnostic)
    }

    /// Throws what was found, sorted, unless that is nothing.
    func throwIfAny() throws(DiagnosticsError) {
        guard !diagnostics.isEmpty else { return }
        var sorted = diagnostics.sortedByLocation()
        if overflows {
            sorted[sorted.count - 1].notes.append("There are more errors; these \(sorted.count) are shown.")
        }
        throw DiagnosticsError(sorted)
    }
}
