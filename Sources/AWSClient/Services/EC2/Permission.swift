extension EC2 {
    /// Whether a call would be allowed.
    package enum Permission: Hashable, Sendable {
        case allowed
        /// By whom and why `AWSError.encodedAuthorizationMessage` says.
        case refused(AWSError)
    }

    /// Makes a call that changes nothing and tells whether it would be allowed and its parameters would do.
    ///
    /// The closure makes the call in question with the service that it is given, and no other one. Thrown is what else
    /// is wrong with the call, such as a subnet that is not there.
    package func permission(
        to act: (_ dryRun: EC2) async throws(AWSError) -> Void
    ) async throws(AWSError) -> Permission {
        do throws(AWSError) {
            try await act(dryRun)
        } catch {
            switch error.code {
            case "DryRunOperation": return .allowed
            case "UnauthorizedOperation": return .refused(error)
            default: throw error
            }
        }
        let call = AWSCall(EC2.service, "DryRun")
        throw AWSError(call, .answer, "the service did what it was only asked about")
    }
}

extension AWSError {
    /// What `STS.decodeAuthorizationMessage` makes readable; nil when there is none.
    package var encodedAuthorizationMessage: String? {
        guard let mark = message.firstRange(of: "Encoded authorization failure message: ") else { return nil }
        let text = message[mark.upperBound...].prefix { !$0.isWhitespace }
        return text.isEmpty ? nil : String(text)
    }
}
