package import Diagnostics

/// Why work on a stack goes no further.
package struct StackFailure: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The template or its parameters cannot be, as CloudFormation says.
        case badInput
        /// The stack failed out there, or something in it stands in the way.
        case failed
        case refused
        case unavailable
        /// The time is over, or nobody answers; CloudFormation may go on, and so can whoever runs it again.
        case unfinished
        case cancelled
    }

    package var code: Code
    package var diagnostics: [Diagnostic]

    package init(_ code: Code, _ diagnostics: [Diagnostic]) {
        self.code = code
        self.diagnostics = diagnostics
    }

    package init(_ code: Code, _ message: String, notes: [String] = []) {
        self.init(code, [Diagnostic(.error, message, notes: notes)])
    }

    /// The same with one more note on what happened first.
    func adding(_ note: String) -> StackFailure {
        var failure = self
        if !failure.diagnostics.isEmpty { failure.diagnostics[0].notes.append(note) }
        return failure
    }
}
