import ArgumentParser
import Diagnostics

/// Why a command ends, as `sysexits.h` numbers it.
enum ExitStatus: Int32, Sendable {
    case foundWrong = 1
    case badInput = 65
    case unavailable = 69
    case ownBug = 70
    case cannotWrite = 73
    case notAllowed = 77
}

/// The end of a command that did not do what it was asked: everything that is wrong, and the exit code.
struct CommandFailure: Error {
    var diagnostics: [Diagnostic]
    var status: ExitStatus

    init(_ status: ExitStatus, _ diagnostics: [Diagnostic]) {
        self.status = status
        self.diagnostics = diagnostics
    }

    init(_ status: ExitStatus, _ message: String, notes: [String] = []) {
        self.init(status, [Diagnostic(.error, message, notes: notes)])
    }
}
