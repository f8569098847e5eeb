/// An HTTP proxy. Its credentials are in no text that is made of it.
package struct Proxy: Hashable, Sendable {
    /// What the proxy knows us by.
    package struct Credentials: Hashable, Sendable {
        package var user: String
        package var password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    package var host: String
    package var port: Int
    package var credentials: Credentials?

    package init(host: String, port: Int, credentials: Credentials? = nil) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }

    var endpoint: Endpoint { Endpoint(host: host, port: port) }
}

extension Proxy: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(endpoint)" }
    package var customMirror: Mirror { Mirror(self, children: ["endpoint": description]) }
}

extension Proxy.Credentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
