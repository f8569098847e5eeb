import AWSClient
import FoundationEssentials

/// How change sets and the tokens of their execution are called, so that whoever goes on with a deployment knows them.
///
/// A name says what is deployed and on which state of the stack. A run that finds it under way knows that it is its own, and two
/// runs at once make one change set, which is executed once.
struct ChangeSetNames: Sendable {
    static let prefix = "pgpool-aurora-"
    private let content: String

    init(_ request: StackRequest) {
        content = ChangeSetNames.prefix + request.digest
    }

    /// The change set that brings a stack from the state it is in to the request.
    func changeSet(on stack: CloudFormation.Stack?) -> String {
        guard let stack, stack.status != .reviewInProgress else { return "\(content)-create" }
        // An update changes the time.
        let time = stack.lastUpdatedTime ?? stack.creationTime
        return "\(content)-\(ShortDigest.of([stack.id, "\(time.timeIntervalSince1970)"], length: 8))"
    }

    /// The token of its execution. It also tells stacks apart that had the same name one after the other.
    func token(executing changeSet: String, on stackID: String) -> String {
        "\(changeSet)-\(ShortDigest.of([stackID], length: 8))"
    }

    /// Whether a change set or a token is one of the same content, by whichever run.
    func isOurs(_ name: String?) -> Bool { name?.hasPrefix(content + "-") ?? false }

    /// The name in a change set's id, `arn:…:changeSet/NAME/UUID`.
    static func name(in id: String?) -> String? {
        let parts = id?.split(separator: "/") ?? []
        return parts.count == 3 ? String(parts[1]) : nil
    }
}
