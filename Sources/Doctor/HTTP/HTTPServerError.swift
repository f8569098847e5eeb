import Glibc
import NIOCore

/// Why the server cannot listen.
package struct HTTPServerError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case addressInUse
        /// As for ports below 1024 without the right to them.
        case notAllowed
        /// No interface has this address.
        case addressUnavailable
        /// It is not an address in numbers.
        case notAnAddress
        case system
    }

    package var code: Code
    /// The address and port, as `0.0.0.0:8071` or `[::]:8071`.
    package var address: String
    package var reason: String

    package var description: String { "cannot listen on \(address): \(reason)" }

    init(_ error: any Error, host: String, port: Int) {
        address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        switch error {
        case let error as IOError:
            code =
                switch error.errnoCode {
                case EADDRINUSE: .addressInUse
                case EACCES, EPERM: .notAllowed
                case EADDRNOTAVAIL, EAFNOSUPPORT: .addressUnavailable
                default: .system
                }
            let text = String(cString: strerror(error.errnoCode))
            reason = text.prefix(1).lowercased() + text.dropFirst()
        case is SocketAddressError:
            code = .notAnAddress
            reason = "it is not an address in numbers, such as 0.0.0.0 or ::"
        default:
            code = .system
            reason = String(describing: error)
        }
    }
}
