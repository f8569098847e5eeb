import Diagnostics
package import JSONDocument

extension AWSClient {
    /// Makes a call whose answer is XML.
    package func xml<Value: Sendable>(
        _ call: AWSCall, deadline: Duration? = nil, _ read: (XMLAnswer) throws(AWSError) -> Value
    ) async throws(AWSError) -> Value {
        try await send(call, deadline: deadline) { response throws(AWSError) in
            let root: XMLElement
            do throws(XMLError) {
                root = try XMLElement(parsing: response.body)
            } catch {
                throw AWSError(
                    call, .answer, "the answer is no XML that we read: line \(error.line): \(error.message)",
                    status: response.status)
            }
            return try read(XMLAnswer(root: root, call: call))
        }
    }

    /// Makes a call whose answer is JSON.
    package func json<Value: Sendable>(
        _ call: AWSCall, deadline: Duration? = nil, _ read: (JSONAnswer) throws(AWSError) -> Value
    ) async throws(AWSError) -> Value {
        try await send(call, deadline: deadline) { response throws(AWSError) in
            guard let document = try? JSONDocument(parsing: response.body, file: "") else {
                throw AWSError(call, .answer, "the answer is no JSON that we read", status: response.status)
            }
            return try read(JSONAnswer(root: document.root, call: call))
        }
    }
}

/// An answer of the query protocols.
package struct XMLAnswer: Sendable {
    package let root: XMLElement
    let call: AWSCall

    /// What the call returns: EC2 has it right below the root, other services in an element of its own.
    package var result: XMLElement { root["\(call.operation)Result"] ?? root }

    /// The text of a field that the service always sends.
    package func required(_ name: String, in element: XMLElement? = nil) throws(AWSError) -> String {
        guard let text = (element ?? result).text(name) else { throw missing(name) }
        return text
    }

    package func missing(_ name: String) -> AWSError { AWSError(call, .answer, "the answer has no \(name)") }
}

/// An answer of the JSON protocol.
package struct JSONAnswer: Sendable {
    package let root: JSONNode
    let call: AWSCall

    /// The text of a field that the service always sends.
    package func required(_ name: String, in node: JSONNode? = nil) throws(AWSError) -> String {
        guard let text = (node ?? root)[name]?.text else { throw missing(name) }
        return text
    }

    package func missing(_ name: String) -> AWSError { AWSError(call, .answer, "the answer has no \(name)") }
}
