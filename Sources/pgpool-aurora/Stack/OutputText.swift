import AWSClient
import JSONDocument

/// A stack's outputs as they are printed.
enum OutputText {
    /// A line each, the names in one column.
    static func text(_ outputs: [CloudFormation.Output]) -> String {
        let width = outputs.map(\.key.count).max() ?? 0
        return outputs.sorted { $0.key < $1.key }.map { output in
            output.key + String(repeating: " ", count: width - output.key.count) + "  \(output.value)\n"
        }.joined()
    }

    /// `{"NLBEndpoint": "…"}`
    static func json(_ outputs: [CloudFormation.Output]) -> JSONValue {
        .object(outputs.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })
    }
}
