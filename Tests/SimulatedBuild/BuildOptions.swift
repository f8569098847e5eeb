package import AWSClient
package import ImageBuild

/// What a test wants of a build.
package struct BuildOptions: Sendable {
    /// The keys of the image section that differ from what they are here by default, as YAML.
    package var image: [String: String] = [:]
    package var tool = "the tool"
    package var guestFiles = ["run.sh": "#!/bin/sh\nexit 0\n"]
    /// The parameters file; nil for none.
    package var parameters: String?
    /// `ami_id` in it when the build is planned.
    package var previousImage: String?
    package var deadline: Duration?
    package var keepsOnFailure = false
    package var pace = BuildPace(poll: nil)
    /// Of all chance; 0 for none.
    package var seed: UInt64 = 0
    package var credentials: any CredentialSource = KeptCredentials()

    package init() {}

    package static func with(_ change: (inout BuildOptions) -> Void) -> BuildOptions {
        var options = BuildOptions()
        change(&options)
        return options
    }

    /// The spec, the keys of the image section in their order, from line 2 on.
    package var yaml: String {
        let usual = [
            "artifact": "{bucket: builds}", "base": "debian-12", "instance_types": "[t3.medium, t3a.medium]",
            "name": "pgpool-{time}", "pgpool": "{package: true}", "region": "eu-west-1",
        ]
        let lines = usual.merging(image) { _, own in own }.sorted { $0.key < $1.key }.map {
            "  \($0.key): \($0.value)\n"
        }
        return "image:\n" + lines.joined()
    }
}
