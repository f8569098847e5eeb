import AWSClient
import JSONDocument

/// A call of ours and the same one in boto3's words.
struct RequestCase: Sendable {
    var question: Oracle.Question
    var make: @Sendable (AWSClient) async throws -> Void

    init(
        _ service: String, _ operation: String, _ parameters: JSONValue,
        _ more: KeyValuePairs<String, JSONValue> = [:], make: @escaping @Sendable (AWSClient) async throws -> Void
    ) {
        question = Oracle.Question(service, operation, parameters, more)
        self.make = make
    }

    var name: String { "\(question.service) \(question.operation) \(question.parameters.text)" }

    static let all = instances + images + networks + others + doctor + objects + stacks
}

extension JSONValue {
    /// `[{"Name": …, "Values": […]}]`
    static func filters(_ filters: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .array(filters.map { ["Name": .string($0.key), "Values": $0.value] })
    }
}
