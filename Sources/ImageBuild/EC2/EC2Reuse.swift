package import AWSClient
import FoundationEssentials

/// Finds images of earlier builds.
package struct EC2Reuse: Sendable {
    private let ec2: EC2

    package init(_ ec2: EC2) {
        self.ec2 = ec2
    }

    /// The newest image that was published for the same inputs; nil if there is none.
    package func image(withDigest digest: String) async throws(BuildFailure) -> EC2.Image? {
        let images = try await images([.tag(BuildTags.digest, digest), EC2.Filter("state", ["available"])])
        return images.filter { $0.tags[BuildTags.published] != nil }
            .max { ($0.creationTime ?? .distantPast) < ($1.creationTime ?? .distantPast) }
    }

    /// The image that has a name already; nil if the name is free.
    package func image(named name: String) async throws(BuildFailure) -> EC2.Image? {
        try await images([.exactly("name", name)]).first
    }

    private func images(_ filters: [EC2.Filter]) async throws(BuildFailure) -> [EC2.Image] {
        try await asPreflight { () throws(AWSError) in
            try await ec2.describeImages(.matching(filters), owners: ["self"])
        }
    }
}
