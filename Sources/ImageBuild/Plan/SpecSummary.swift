import ClusterSpec
import JSONDocument

/// The image section of a spec as one text, the same for the same values however they are written.
enum SpecSummary {
    static func text(of image: Image) -> String {
        let tags = image.tags.map { JSONValue.Member($0.key, .string($0.value.value)) }.sorted { $0.key < $1.key }
        let value: JSONValue = [
            "provider": .string(image.provider.value.rawValue),
            "region": image.region.map { .string($0.value) } ?? .null,
            "base": .string("\(image.base.value)"),
            "architecture": .string(image.architecture.value.rawValue),
            "instance_types": texts(image.instanceTypes),
            "subnets": texts(image.subnets),
            "volume": [
                "size": .integer(image.volume.size.value), "encrypted": .bool(image.volume.encrypted.value),
                "kms_key": .string(image.volume.kmsKey.value),
            ],
            "security_group": .string(image.securityGroup.value),
            "public_ip": .string(image.publicIP.value.rawValue),
            "name": .string(image.name.value),
            "tags": .object(tags),
            "pgpool": source(image.pgpool),
            "artifact": artifact(image.artifact),
            "deadline": .string("\(image.deadline.value)"),
            "test": .bool(image.test.value),
            "publish": publish(image.publish),
        ]
        return value.text
    }

    private static func texts(_ settings: [Setting<String>]) -> JSONValue { .array(settings.map { .string($0.value) }) }

    private static func source(_ source: Image.Source?) -> JSONValue {
        switch source {
        case nil: .null
        case .package: ["package": true]
        case .tarball(let url, let sha256): ["tarball": .string(url.value), "sha256": .string(sha256.value)]
        case .rpm(let url, let sha256): ["rpm": .string(url.value), "sha256": .string(sha256.value)]
        }
    }

    private static func artifact(_ artifact: Image.Artifact?) -> JSONValue {
        switch artifact {
        case nil: .null
        case .bucket(let bucket): ["bucket": .string(bucket.value)]
        case .url(let url, let sha256): ["url": .string(url.value), "sha256": .string(sha256.value)]
        }
    }

    private static func publish(_ publish: Image.Publish) -> JSONValue {
        [
            "ssm_parameter": .string(publish.ssmParameter.value), "copy_to": texts(publish.copyTo),
            "share_with": texts(publish.shareWith), "deprecate_after": .string("\(publish.deprecateAfter.value)"),
            "keep": .integer(publish.keep.value),
        ]
    }
}
