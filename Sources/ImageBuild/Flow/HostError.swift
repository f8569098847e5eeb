package import AWSClient
package import Diagnostics

/// What a host could not do.
package struct HostError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// There is no room here; there may be elsewhere.
        case capacity
        /// What was just made is not known everywhere yet.
        case notKnownYet
        /// The host does not answer, or says that it cannot now.
        case unavailable
        /// The credentials are over, and there are no new ones.
        case credentials
        case refused
        /// Something that is about to go still uses it.
        case inUse
        /// Whatever else is wrong; asking again is of no use.
        case rejected
        case timeOver
        case cancelled
    }

    package var code: Code
    package var message: String
    package var notes: [String]
    /// Whether what was asked for may have happened all the same.
    package var hasDoubt = false

    package init(_ code: Code, _ message: String, notes: [String] = []) {
        self.code = code
        self.message = message
        self.notes = notes
    }

    package func diagnostic(_ severity: Severity = .error) -> Diagnostic {
        Diagnostic(severity, message, notes: notes)
    }
}

extension HostError: WaitTrouble {
    package var advice: WaitAdvice {
        switch code {
        case .unavailable: .askAgain
        case .notKnownYet, .inUse: .askForAWhile
        case .timeOver: .timeOver
        case .cancelled: .cancelled
        case .capacity, .credentials, .refused, .rejected: .giveUp
        }
    }
}

extension HostError: CustomStringConvertible {
    package var description: String { message }
}
