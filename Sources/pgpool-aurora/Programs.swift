import Subprocess
import SystemPackage

extension Executable {
    /// A program as a shell finds it: at its path when there is a slash in it, else in PATH.
    static func program(_ name: String) -> Executable {
        name.contains("/") ? .path(FilePath(name)) : .name(name)
    }
}

extension TerminationStatus {
    /// As a shell has it: the exit code, or 128 and the signal's number.
    var shellStatus: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
