/// CloudFormation, API version 2010-05-15: the calls that deploying a stack makes.
///
/// A stack is named by its name or by its id. Only the id still names one that is deleted.
package struct CloudFormation: Sendable {
    package static let service = AWSService("cloudformation", errorFormat: .xml)
    private static let version = "2010-05-15"

    private let client: AWSClient
    /// For every call, on the client's timer; nil for no end but that of the retries.
    package var deadline: Duration?

    package init(_ client: AWSClient, deadline: Duration? = nil) {
        self.client = client
        self.deadline = deadline
    }

    /// The client's region.
    package var region: String { client.region }

    /// Makes a call. All of ours can be repeated: they read, carry a token, or name the one thing that they are about.
    func send<Value: Sendable>(
        _ operation: String, _ parameters: QueryParameters, _ read: (XMLFields) throws(AWSError) -> Value
    ) async throws(AWSError) -> Value {
        let call = CloudFormation.call(operation, parameters)
        return try await client.xml(call, deadline: deadline) { answer throws(AWSError) in
            try read(XMLFields(element: answer.result, answer: answer))
        }
    }

    /// Makes a call that answers no more than that it was taken.
    func send(_ operation: String, _ parameters: QueryParameters) async throws(AWSError) {
        try await send(operation, parameters) { _ in }
    }

    /// Reads a list, page after page.
    func list<Item: Sendable>(
        _ operation: String, _ parameters: QueryParameters, set: String,
        _ read: (XMLFields) throws(AWSError) -> Item
    ) async throws(AWSError) -> [Item] {
        try await Pages.all(of: CloudFormation.call(operation, parameters)) { token throws(AWSError) in
            var parameters = parameters
            parameters.add("NextToken", token)
            return try await send(operation, parameters) { answer throws(AWSError) in
                (items: try answer.items(set).map(read), next: answer.text("NextToken"))
            }
        }
    }

    static func call(_ operation: String, _ parameters: QueryParameters) -> AWSCall {
        AWSCall.query(service, operation, version: version, parameters)
    }
}

extension QueryParameters {
    /// Adds a list as CloudFormation wants it: `Capabilities.member.1`.
    mutating func add(_ name: String, members: [String]) { add("\(name).member", list: members) }

    /// Adds a list of structures: `Parameters.member.1.ParameterKey`.
    mutating func add(_ name: String, members: [QueryParameters]) { add("\(name).member", list: members) }
}
