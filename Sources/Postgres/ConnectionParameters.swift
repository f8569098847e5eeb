/// Where and how to connect. A nil parameter is libpq's default, which may come from the environment.
package struct ConnectionParameters: Hashable, Sendable {
    /// How far TLS is asked for, as libpq names it.
    package enum SSLMode: String, Hashable, Sendable, CaseIterable {
        case disable
        case allow
        case prefer
        case require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    /// A host name, an address, or the directory of a Unix socket.
    package var host: String
    package var port: Int
    package var database: String
    package var user: String
    package var password: String?
    /// A file of passwords in the format of `.pgpass`, used when there is no password.
    package var passfile: String?
    package var sslmode: SSLMode
    /// The file of certificate authorities to trust.
    package var sslrootcert: String?
    package var applicationName: String?
    /// Command-line options for the server, such as `-c statement_timeout=1000`.
    package var options: String?
    /// The bound for connecting: name resolution, TLS and authentication included.
    package var connectTimeout: Duration
    /// The bound for one query that states none of its own.
    package var queryTimeout: Duration

    package init(
        host: String,
        port: Int = 5432,
        database: String,
        user: String,
        password: String? = nil,
        passfile: String? = nil,
        sslmode: SSLMode = .prefer,
        sslrootcert: String? = nil,
        applicationName: String? = nil,
        options: String? = nil,
        connectTimeout: Duration = .seconds(5),
        queryTimeout: Duration = .seconds(30)
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.passfile = passfile
        self.sslmode = sslmode
        self.sslrootcert = sslrootcert
        self.applicationName = applicationName
        self.options = options
        self.connectTimeout = connectTimeout
        self.queryTimeout = queryTimeout
    }
}

extension ConnectionParameters: CustomStringConvertible, CustomReflectable {
    /// `user@host:port/database`, never the password.
    package var description: String { "\(user)@\(host):\(port)/\(database)" }

    /// Keeps the password out of `dump` and of string interpolation of enclosing values.
    package var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

extension ConnectionParameters {
    /// libpq's keywords and values. `address` is the resolved host; libpq then looks no name up.
    func keywords(address: String?) -> [(keyword: String, value: String)] {
        let all: [(keyword: String, value: String?)] = [
            ("host", host),
            ("hostaddr", address),
            ("port", String(port)),
            ("dbname", database),
            ("user", user),
            ("password", password),
            ("passfile", passfile),
            ("sslmode", sslmode.rawValue),
            ("sslrootcert", sslrootcert),
            ("application_name", applicationName),
            ("options", options),
            ("client_encoding", "UTF8"),
            ("gssencmode", "disable"),
            ("target_session_attrs", "any"),
        ]
        return all.compactMap { keyword, value in value.map { (keyword, $0) } }
    }
}
