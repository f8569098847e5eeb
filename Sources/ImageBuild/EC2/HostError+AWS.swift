package import AWSClient

extension HostError {
    /// What an error of AWS means to a build.
    package init(_ error: AWSError) {
        self.init(HostError.code(of: error), HostError.text(of: error), notes: error.notes)
        hasDoubt = error.mayHaveActed || error.hadDoubt
    }

    /// Without the encoded message, which says nothing to people.
    private static func text(of error: AWSError) -> String {
        guard let encoded = error.encodedAuthorizationMessage else { return error.description }
        return error.description.replacing(" Encoded authorization failure message: \(encoded)", with: "")
    }

    private static func code(of error: AWSError) -> Code {
        switch error.origin {
        case .cancelled: return .cancelled
        case .deadline: return .timeOver
        case .credentials(let trouble): return trouble.code == .unavailable ? .unavailable : .credentials
        case .service, .transport, .configuration, .answer: break
        }
        if error.isInUse { return .inUse }
        return switch error.kind {
        case .throttling, .transient: .unavailable
        case .capacity: .capacity
        case .propagation: .notKnownYet
        case .expiredCredentials: .credentials
        // Who signs is not known, or not believed.
        case .refused, .clockSkew: .refused
        case .other: .rejected
        }
    }
}

/// Makes a call of AWS, with its error as a host has it.
func asHost<Value: Sendable>(_ call: () async throws(AWSError) -> Value) async throws(HostError) -> Value {
    do throws(AWSError) {
        return try await call()
    } catch {
        throw HostError(error)
    }
}
