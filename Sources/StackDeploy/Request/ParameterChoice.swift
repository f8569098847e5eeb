import AWSClient
import JSONDocument

/// What a change set is given, so that it says no more than what differs.
struct ParameterChoice: Hashable, Sendable {
    var usesPreviousTemplate: Bool
    var parameters: [String: CloudFormation.ChangeSetCreation.Value]

    /// Of a stack that is there, its template and its values; of one that is not, all is new.
    init(_ request: StackRequest, on stack: CloudFormation.Stack?, template: String?) {
        let isSame = template.map { ParameterChoice.areSame($0, request.template) } ?? false
        usesPreviousTemplate = isSame
        parameters = Dictionary(
            uniqueKeysWithValues: request.parameters.map { name, value in
                (name, isSame && stack?.parameters[name] == value ? .previous : .text(value))
            })
    }

    /// Layout is no difference.
    private static func areSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard let one = try? JSONDocument(parsing: Array(one.utf8), file: ""),
            let other = try? JSONDocument(parsing: Array(other.utf8), file: "")
        else { return false }
        return one.root.hasSameContent(as: other.root)
    }
}
