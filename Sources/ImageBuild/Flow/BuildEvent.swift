package import Diagnostics

/// What a build tells whoever watches it.
package enum BuildEvent: Sendable {
    case phaseBegins(BuildPhase)
    /// Seconds.
    case phaseEnds(BuildPhase, Double)
    /// Something was done: one line.
    case note(String)
    case guest(GuestLine)
    /// What is waited for, and percent of it.
    case progress(String, Int)
    case warning(Diagnostic)
}

/// How a build ended, and what is there.
package struct BuildResult: Sendable {
    package var status: BuildStatus
    package var imageID: String?
    /// Why it ended without an image, or without all of what was to be done with it.
    package var failure: BuildFailure?
    /// Whether something is there that should not be, or not for long.
    package var hasLeftovers: Bool

    package init(
        _ status: BuildStatus, imageID: String? = nil, failure: BuildFailure? = nil, hasLeftovers: Bool = false
    ) {
        self.status = status
        self.imageID = imageID
        self.failure = failure
        self.hasLeftovers = hasLeftovers
    }
}

/// Why a build goes no further.
package struct BuildFailure: Error, Sendable {
    package enum Code: Hashable, Sendable {
        /// What was asked for cannot be, as the spec has it.
        case badInput
        /// The installation, the test or the host failed.
        case failed
        case refused
        case unavailable
        /// The time is over, or nobody answers: it can be gone on with.
        case unfinished
        case cannotWrite
        case cancelled
        /// A bug of ours.
        case bug
    }

    package var code: Code
    package var diagnostics: [Diagnostic]
    /// Whether what was made is left, so that the build can be gone on with.
    package var isResumable: Bool

    package init(_ code: Code, _ diagnostics: [Diagnostic], isResumable: Bool = false) {
        self.code = code
        self.diagnostics = diagnostics
        self.isResumable = isResumable
    }

    package init(_ code: Code, _ message: String, notes: [String] = [], isResumable: Bool = false) {
        self.init(code, [Diagnostic(.error, message, notes: notes)], isResumable: isResumable)
    }
}
