import ArgumentParser
import ConfigInstall
import Diagnostics
import LocalFiles
import SystemPackage

/// Why a command ends, as `sysexits.h` numbers it.
enum ExitStatus: Int32, Sendable {
    case foundWrong = 1
    case usage = 64
    case badInput = 65
    case unavailable = 69
    case ownBug = 70
    case cannotWrite = 73
    case unfinished = 75
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

    init(_ error: FileError) {
        switch error.code {
        case .cannotRead where error.errno == .permissionDenied:
            self.init(.notAllowed, error.description, notes: ["run it with sudo"])
        case .cannotRead: self.init(.badInput, error.description)
        case .cannotWrite:
            self.init(
                .cannotWrite, error.description,
                notes: ["each file is whole, the old one or the new; run this again when that is mended"])
        case .damaged:
            self.init(.cannotWrite, error.description, notes: ["the disk may be failing; nothing was changed"])
        case .locked:
            self.init(.unfinished, error.description, notes: ["nothing was changed; run this again when it has ended"])
        case .missing: self.init(.foundWrong, error.description)
        }
    }
}
