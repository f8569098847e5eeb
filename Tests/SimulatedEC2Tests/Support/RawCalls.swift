import AWSClient

extension Scene {
    /// Makes a call that our services have no function for, and returns its answer's root.
    @discardableResult
    func raw(_ operation: String, _ parameters: KeyValuePairs<String, String>) async throws(AWSError) -> XMLElement {
        let call = AWSCall.query(
            EC2.service, operation, version: "2016-11-15", QueryParameters(parameters.map { ($0.key, $0.value) }))
        return try await client().xml(call) { answer in answer.root }
    }

    /// The error code of such a call; nil when there is none.
    func rawError(_ operation: String, _ parameters: KeyValuePairs<String, String>) async -> String? {
        await failure { try await raw(operation, parameters) }?.code
    }
}
