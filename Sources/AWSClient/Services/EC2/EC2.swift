/// Elastic Compute Cloud, API version 2016-11-15: the calls that building an image makes.
///
/// One who deletes what a lost answer may have deleted already is told that it is not there: `AWSError.isNotFound`.
package struct EC2: Sendable {
    package static let service = AWSService("ec2", errorFormat: .xml)
    private static let version = "2016-11-15"

    private let client: AWSClient
    private var isDryRun = false
    /// For every call, on the client's timer; nil for no end but that of the retries.
    package var deadline: Duration?
    /// How many items a page of a list may have, at least 5; nil for as many as the service gives.
    package var pageSize: Int?

    package init(_ client: AWSClient, deadline: Duration? = nil, pageSize: Int? = nil) {
        self.client = client
        self.deadline = deadline
        self.pageSize = pageSize
    }

    /// The same service, which only says whether it would do what it is asked to.
    var dryRun: EC2 {
        var copy = self
        copy.isDryRun = true
        return copy
    }

    /// Makes a call. It is repeatable if asking twice does the same as asking once.
    func send<Value: Sendable>(
        _ operation: String, _ parameters: QueryParameters, isRepeatable: Bool = true,
        _ read: (EC2Fields) throws(AWSError) -> Value
    ) async throws(AWSError) -> Value {
        let call = makeCall(operation, parameters, isRepeatable: isRepeatable)
        return try await client.xml(call, deadline: deadline) { answer throws(AWSError) in
            try read(EC2Fields(element: answer.result, answer: answer))
        }
    }

    /// Makes a call that answers no more than that it is done.
    func send(_ operation: String, _ parameters: QueryParameters) async throws(AWSError) {
        try await send(operation, parameters) { answer throws(AWSError) in
            guard try answer.flag("return") ?? true else { throw answer.missing("return that is true") }
        }
    }

    /// Reads a list, page after page, whose items are in the element `set`. A call that must not say how many of them
    /// a page may have has no largest page.
    func list<Item: Sendable>(
        _ operation: String, _ parameters: QueryParameters, set: String, largestPage: Int?,
        _ read: (EC2Fields) throws(AWSError) -> Item
    ) async throws(AWSError) -> [Item] {
        try await Pages.all(of: makeCall(operation, parameters)) { token throws(AWSError) in
            var parameters = parameters
            parameters.add("MaxResults", largestPage.map { min($0, pageSize ?? $0) })
            parameters.add("NextToken", token)
            return try await send(operation, parameters) { answer throws(AWSError) in
                (items: try answer.items(set).map(read), next: answer.text("nextToken"))
            }
        }
    }

    private func makeCall(_ operation: String, _ parameters: QueryParameters, isRepeatable: Bool = true) -> AWSCall {
        var parameters = parameters
        if isDryRun { parameters.add("DryRun", true) }
        var call = AWSCall.query(EC2.service, operation, version: EC2.version, parameters)
        call.isRepeatable = isRepeatable || isDryRun
        return call
    }
}
