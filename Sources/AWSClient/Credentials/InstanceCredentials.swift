package import FoundationEssentials

/// The role of the EC2 instance that this runs on.
package struct InstanceCredentials: CredentialStep {
    package let name = "instance metadata"
    private let metadata: InstanceMetadata
    private let now: @Sendable () -> Date

    package init(_ metadata: InstanceMetadata, now: @escaping @Sendable () -> Date) {
        self.metadata = metadata
        self.now = now
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        let role: String
        let answer: [UInt8]
        do throws(InstanceMetadataError) {
            guard let name = try await metadata.roleName() else {
                return .absent("the instance has no role", notes: ["Attach an instance profile to it."])
            }
            role = name
            answer = try await metadata.roleCredentials(role)
        } catch {
            switch error.code {
            case .disabled, .absent: return .absent(error.message, notes: error.notes)
            case .unavailable: throw CredentialError(.unavailable, source: name, error.message, notes: error.notes)
            }
        }
        return .found(try credentials(answer, ofRole: role))
    }

    private func credentials(_ body: [UInt8], ofRole role: String) throws(CredentialError) -> Credentials {
        let answer = try CredentialAnswer(body, source: name)
        if let code = answer["Code"], code != "Success" {
            throw CredentialError(
                .refused, source: name, "there are no credentials for the role \(role): \(code)",
                notes: ["The role must trust ec2.amazonaws.com."])
        }
        var credentials = try answer.credentials(tokenField: "Token", isTemporary: true)
        // When EC2 cannot renew a role's credentials it hands the old ones on; they are accepted for longer than they
        // say, so that they are used and asked for again soon. botocore does the same.
        let now = now()
        if let expiration = credentials.expiration, expiration <= now {
            credentials.expiration = now.addingTimeInterval(600)
        }
        return credentials
    }
}
