package import SystemPackage

/// What kept an installation from being done. Nothing that was in force before is lost by it.
package struct InstallError: Error, Sendable {
    package enum Code: Sendable {
        /// A file or folder cannot be made, written or renamed.
        case cannotWrite
        case cannotRead
        /// Another run holds the lock.
        case locked
        /// The user that shall own the files is not there.
        case noOwner
        /// What was written does not read back as it was meant.
        case damaged
        /// There is no generation to go back to.
        case nothingOlder
    }

    package var code: Code
    package var message: String
    /// What the system said, if it was the system.
    package var errno: Errno?

    package init(_ code: Code, _ message: String, errno: Errno? = nil) {
        self.code = code
        self.message = message
        self.errno = errno
    }
}

extension InstallError: CustomStringConvertible {
    package var description: String { errno.map { "\(message): \($0)" } ?? message }
}
