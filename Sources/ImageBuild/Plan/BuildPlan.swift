package import FoundationEssentials

/// All that a build needs to know, and all that going on with one needs: the journal's first line.
///
/// It holds no secret: the spec takes no address that is signed.
package struct BuildPlan: Codable, Hashable, Sendable {
    /// Of the journal; another one is not understood.
    package static let currentFormat = 1

    package var format = BuildPlan.currentFormat
    package var buildID: BuildID
    package var toolVersion: String
    package var created: Date
    /// `ec2` or `local`.
    package var provider: String
    /// The base system as the spec has it.
    package var base: String
    /// What the host starts from, such as `ami-0abc`.
    package var baseImage: String
    package var architecture: String
    /// What the image will be called.
    package var imageName: String
    /// Of the user's.
    package var tags: [String: String]
    /// Over the inputs.
    package var digest: String
    package var inputs: [BuildInput]
    /// Seconds, from the start or from going on.
    package var deadline: Int
    package var isTested: Bool
    package var keepsOnFailure: Bool
    /// What the guest's scripts are told, without the addresses of the artifacts.
    package var variables: [String: String]
    /// The scripts of the guest by their path.
    package var guestFiles: [String: String]
    package var artifacts: [Artifact]
    package var publication: Publication
    /// What only EC2 knows.
    package var ec2: EC2Plan?
    /// What only this machine knows.
    package var local: LocalPlan?

    package init(
        buildID: BuildID, toolVersion: String, created: Date, provider: String, base: String, baseImage: String,
        architecture: String, imageName: String, tags: [String: String], inputs: [BuildInput], deadline: Int,
        isTested: Bool, keepsOnFailure: Bool, variables: [String: String], guestFiles: [String: String],
        artifacts: [Artifact], publication: Publication, ec2: EC2Plan? = nil, local: LocalPlan? = nil
    ) {
        self.buildID = buildID
        self.toolVersion = toolVersion
        self.created = created
        self.provider = provider
        self.base = base
        self.baseImage = baseImage
        self.architecture = architecture
        self.imageName = imageName
        self.tags = tags
        digest = BuildInput.digest(of: inputs)
        self.inputs = inputs
        self.deadline = deadline
        self.isTested = isTested
        self.keepsOnFailure = keepsOnFailure
        self.variables = variables
        self.guestFiles = guestFiles
        self.artifacts = artifacts
        self.publication = publication
        self.ec2 = ec2
        self.local = local
    }
}

/// What the guest fetches.
package struct Artifact: Codable, Hashable, Sendable {
    package enum Name: String, CaseIterable, Codable, Hashable, Sendable {
        /// This tool itself.
        case tool
        /// The certificates by which RDS's servers are known.
        case certificates = "ca"
    }

    package var name: Name
    /// A file of this machine; nil for what the guest fetches from `address`.
    package var path: String?
    package var address: String?
    /// In lower-case hexadecimal; empty for what is not known before the guest fetches it.
    package var sha256: String
    /// Bytes; nil for what this machine has not seen.
    package var size: Int?

    package init(
        _ name: Name, path: String? = nil, address: String? = nil, sha256: String = "", size: Int? = nil
    ) {
        self.name = name
        self.path = path
        self.address = address
        self.sha256 = sha256
        self.size = size
    }
}

/// Where the image's id goes.
package struct Publication: Codable, Hashable, Sendable {
    /// A parameter of Systems Manager; empty for none.
    package var ssmParameter: String
    /// The parameters file; nil for none.
    package var parametersFile: String?
    /// `ami_id` in it when the build was planned; nil when it had none.
    package var previousImage: String?
    /// The folder that gets the manifest.
    package var manifestFolder: String

    package init(ssmParameter: String, parametersFile: String?, previousImage: String?, manifestFolder: String) {
        self.ssmParameter = ssmParameter
        self.parametersFile = parametersFile
        self.previousImage = previousImage
        self.manifestFolder = manifestFolder
    }
}

/// What EC2 needs beside the plan.
package struct EC2Plan: Codable, Hashable, Sendable {
    package var region: String
    package var account: String
    /// `/dev/xvda`
    package var rootDevice: String
    /// GiB.
    package var volumeSize: Int
    package var isEncrypted: Bool
    /// Empty for the account's default key.
    package var kmsKey: String
    /// Where to launch, in this order.
    package var places: [Place]
    package var vpc: String
    /// Empty for a temporary one.
    package var securityGroup: String
    /// For the artifacts; nil when the guest fetches them elsewhere.
    package var bucket: Bucket?

    package struct Place: Codable, Hashable, Sendable {
        package var instanceType: String
        package var subnet: String
        package var zone: String
        /// Whether the instance gets a public address.
        package var isPublic: Bool

        package init(instanceType: String, subnet: String, zone: String, isPublic: Bool) {
            self.instanceType = instanceType
            self.subnet = subnet
            self.zone = zone
            self.isPublic = isPublic
        }
    }

    package struct Bucket: Codable, Hashable, Sendable {
        package var name: String
        package var region: String

        package init(name: String, region: String) {
            self.name = name
            self.region = region
        }
    }

    package init(
        region: String, account: String, rootDevice: String, volumeSize: Int, isEncrypted: Bool, kmsKey: String,
        places: [Place], vpc: String, securityGroup: String, bucket: Bucket?
    ) {
        self.region = region
        self.account = account
        self.rootDevice = rootDevice
        self.volumeSize = volumeSize
        self.isEncrypted = isEncrypted
        self.kmsKey = kmsKey
        self.places = places
        self.vpc = vpc
        self.securityGroup = securityGroup
        self.bucket = bucket
    }
}
