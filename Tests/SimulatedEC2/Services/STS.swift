import FoundationEssentials
import JSONDocument

extension State {
    /// The calls of STS.
    static let sts: [String: QueryHandler] = [
        "GetCallerIdentity": { state, _ in
            let account = state.settings.account
            return [
                XML("Arn", "arn:aws:iam::\(account):user/builder"), XML("UserId", "AIDASIMULATED"),
                XML("Account", account),
            ]
        },
        "DecodeAuthorizationMessage": { state, call throws(SimulatedError) in
            guard let text = state.authorizationMessages[try call.required("EncodedMessage")] else {
                throw SimulatedError("InvalidAuthorizationMessageException", "The message is invalid")
            }
            return [XML("DecodedMessage", text)]
        },
    ]

    /// A text that says in no readable way which call a policy refused.
    mutating func newAuthorizationMessage(_ operation: String) -> String {
        let decoded: JSONValue = [
            "allowed": false, "explicitDeny": false,
            "context": [
                "principal": ["arn": .string("arn:aws:iam::\(settings.account):user/builder")],
                "action": .string("ec2:\(operation)"),
            ],
        ]
        let text = (0..<8).map { _ in hexadecimal(16) }.joined()
        authorizationMessages[text] = decoded.text
        return text
    }
}
