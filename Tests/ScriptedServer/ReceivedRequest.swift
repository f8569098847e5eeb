/// A request as it reached a scripted server.
package struct ReceivedRequest: Hashable, Sendable {
    /// A header field, as it was written.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package var method: String
    /// What stands between the method and the version, as it was written.
    package var target: String
    package var headers: [Field]
    /// Empty when the server decided before it read the body.
    package var body: [UInt8]
    /// Connections count from 1.
    package var connection: Int
    /// Requests count from 1, over all connections, in the order in which their heads came.
    package var number: Int

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// All values of a name, whatever its case.
    package func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The first value of a name, whatever its case.
    package subscript(name: String) -> String? { values(of: name).first }
}
