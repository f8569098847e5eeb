/// Why a connection or a query failed.
///
/// The message is libpq's or the server's own. Neither repeats a password, and the error keeps no parameters.
package struct PostgresError: Error, Hashable, Sendable {
    /// What went wrong, for callers to branch on.
    package enum Code: String, Hashable, Sendable {
        /// The connection could not be made, or was lost.
        case connectionFailed
        /// The server refused the query; the connection can be used further.
        case queryFailed
        /// The time ran out. The connection is closed.
        case timeout
        /// The task was cancelled. The connection is closed.
        case cancelled
    }

    package var code: Code
    /// The server's five-character code, such as `28P01`; nil when the server did not speak.
    package var sqlState: String?
    package var message: String

    package init(code: Code, sqlState: String? = nil, message: String) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
    }
}

extension PostgresError: CustomStringConvertible {
    /// The message, with the server's code when there is one.
    package var description: String {
        guard let sqlState else { return message }
        return "\(message) (SQLSTATE \(sqlState))"
    }
}

extension PostgresError {
    /// A failure to connect, from what libpq says with verbosity "verbose".
    ///
    /// libpq gives a connection's failure as text only, where the server's code follows the severity:
    /// `… failed: FATAL:  28P01: password authentication failed …`, and a line `LOCATION: …` ends it.
    /// With several attempts, as for sslmode `prefer`, the last code counts.
    static func connecting(verbose text: String) -> PostgresError {
        let code = /: {2}([0-9A-Z]{5}):\s/
        let message = text.split(separator: "\n")
            .filter { !$0.hasPrefix("LOCATION:") }
            .joined(separator: "\n")
        return PostgresError(
            code: .connectionFailed,
            sqlState: message.matches(of: code).last.map { String($0.1) },
            message: message.replacing(code, with: ":  "))
    }
}
