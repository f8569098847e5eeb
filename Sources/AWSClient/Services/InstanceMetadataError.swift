/// Why the instance metadata service told nothing.
package struct InstanceMetadataError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// A setting here, or one of the instance, says that it is not used.
        case disabled
        /// Nothing answers: this is no EC2 instance, or the answers do not reach us.
        case absent
        /// It answers, but with nothing that helps now.
        case unavailable
    }

    package var code: Code
    package var message: String
    /// What helps to mend it, one sentence each.
    package var notes: [String]

    package init(_ code: Code, _ message: String, notes: [String] = []) {
        self.code = code
        self.message = message
        self.notes = notes
    }

    static let disabled = InstanceMetadataError(.disabled, "AWS_EC2_METADATA_DISABLED says not to ask it")

    init(_ error: TransportError, isTokenRequest: Bool, _ settings: InstanceMetadataSettings) {
        let address = settings.endpoint.authority
        switch error.code {
        case .notSent: self.init(.absent, error.message)
        case .cannotConnect, .tls: self.init(.absent, "nobody answers at \(address); this seems to be no EC2 instance")
        case .timedOut where isTokenRequest:
            self.init(
                .absent, "the request for a token at \(address) was not answered",
                notes: [
                    "Outside of EC2 that is expected.",
                    "In a container on an instance, the answer needs a hop limit of 2: aws ec2"
                        + " modify-instance-metadata-options --instance-id i-… --http-put-response-hop-limit 2",
                ])
        case .timedOut, .connectionLost: self.init(.unavailable, "it did not finish its answer")
        case .cancelled: self.init(.unavailable, "the request was given up")
        }
    }
}

extension InstanceMetadataError: CustomStringConvertible {
    package var description: String { "instance metadata: \(message)" }
}
