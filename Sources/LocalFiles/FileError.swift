package import SystemPackage

/// What could not be done with a file or folder. What was there before is not lost by it.
package struct FileError: Error, Sendable {
    package enum Code: Sendable {
        /// A file or folder cannot be made, written or renamed.
        case cannotWrite
        case cannotRead
        /// Another process holds the lock.
        case locked
        /// What was written does not read back as it was meant.
        case damaged
        /// What was asked for is not there.
        case missing
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

extension FileError: CustomStringConvertible {
    package var description: String { errno.map { "\(message): \($0)" } ?? message }
}
