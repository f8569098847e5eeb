import Diagnostics
import YAMLDocument

/// `image:`, what `build-ami` builds and where.
package struct Image: Sendable {
    package enum Provider: String, CaseIterable, Sendable {
        case ec2
        case local
    }

    package enum Architecture: String, CaseIterable, Sendable {
        case x86_64
        case arm64
    }

    /// The base system.
    package enum Base: Hashable, Sendable {
        case amazonLinux2023
        case debian12
        case debian13
        /// An AMI by its id.
        case ami(String)
        /// A public parameter of Systems Manager that holds an AMI id.
        case ssm(String)
        /// A disk image on this machine (`local`).
        case disk(String)
    }

    package enum PublicIP: String, CaseIterable, Sendable {
        /// From the subnet's route table.
        case auto
        case yes
        case no
    }

    package struct Volume: Sendable {
        /// GiB.
        package var size: Setting<Int>
        package var encrypted: Setting<Bool>
        /// A KMS key's id, ARN or alias; empty for the account's default key.
        package var kmsKey: Setting<String>
    }

    /// Where Pgpool-II comes from.
    package enum Source: Sendable {
        /// A source tarball, built in the guest.
        case tarball(url: Setting<String>, sha256: Setting<String>)
        case rpm(url: Setting<String>, sha256: Setting<String>)
        /// The distribution's own package.
        case package
    }

    /// How the tool and the RDS certificates reach the guest.
    package enum Artifact: Sendable {
        case bucket(Setting<String>)
        case url(Setting<String>, sha256: Setting<String>)
    }

    package struct Publish: Sendable {
        /// A parameter of Systems Manager that gets the image's id; empty for none.
        package var ssmParameter: Setting<String>
        package var copyTo: [Setting<String>]
        package var shareWith: [Setting<String>]
        package var deprecateAfter: Setting<Duration>
        /// How many images stay.
        package var keep: Setting<Int>
    }

    package var provider: Setting<Provider>
    package var region: Setting<String>?
    package var base: Setting<Base>
    package var architecture: Setting<Architecture>
    package var instanceTypes: [Setting<String>]
    package var subnets: [Setting<String>]
    package var volume: Volume
    package var securityGroup: Setting<String>
    package var publicIP: Setting<PublicIP>
    /// The image's name with its placeholders, such as `pgpool-{pgpool}-{time}`.
    package var name: Setting<String>
    package var tags: [(key: String, value: Setting<String>)]
    package var pgpool: Source?
    package var artifact: Artifact?
    package var deadline: Setting<Duration>
    /// Whether the candidate is booted before it is published.
    package var test: Setting<Bool>
    package var publish: Publish

    static let keys = [
        "provider", "region", "base", "architecture", "instance_types", "subnets", "volume", "security_group",
        "public_ip", "name", "tags", "pgpool", "artifact", "deadline", "test", "publish",
    ]

    init(_ top: Section, provider given: Provider? = nil) {
        let section = top.section("image", keys: Image.keys)
        let named = section.value("provider", default: .ec2, Parse.word(Provider.self))
        provider = given.map { Setting($0) } ?? named
        region = section.value("region", Image.region)
        base = section.value("base", default: .amazonLinux2023, Base.parse)
        architecture = section.value("architecture", default: .x86_64, Parse.word(Architecture.self))
        instanceTypes =
            section.list("instance_types", Image.instanceType)
            ?? (architecture.value == .arm64 ? ["t4g.medium"] : ["t3.medium", "t3a.medium"]).map { Setting($0) }
        if section.node("instance_types") != nil, instanceTypes.isEmpty {
            section.findings.error(
                at: section.node("instance_types")?.location, key: "image.instance_types", "names no instance type")
        }
        subnets = section.list("subnets", Parse.identifier("subnet-")) ?? []
        let volume = section.section("volume", keys: ["size", "encrypted", "kms_key"])
        self.volume = Volume(
            size: volume.value("size", default: 8, Parse.int(in: 1...16_384)),
            encrypted: volume.value("encrypted", default: false, Parse.bool),
            kmsKey: volume.value("kms_key", default: "") { $0 })
        if !self.volume.kmsKey.value.isEmpty, !self.volume.encrypted.value {
            section.findings.error(
                at: self.volume.kmsKey.location, key: "image.volume.kms_key", "a key without encryption does nothing",
                notes: ["add `encrypted: true`"])
        }
        securityGroup = section.value("security_group", default: "", Image.optional(Parse.identifier("sg-")))
        publicIP = section.value("public_ip", default: .auto, Parse.word(PublicIP.self))
        name = section.value("name", default: "pgpool-{pgpool}-{time}", Image.nameTemplate)
        tags = Image.tags(section)
        pgpool = Image.source(section)
        artifact = Image.artifact(section)
        deadline = section.value("deadline", default: .seconds(45 * 60), Parse.duration)
        test = section.value("test", default: true, Parse.bool)
        publish = Publish(section)
        checkProvider(section.findings)
    }

    private func checkProvider(_ findings: Findings) {
        switch (provider.value, base.value) {
        case (.ec2, .disk(let path)):
            findings.error(
                at: base.location, key: "image.base", "\(Parse.excerpt(path)) is a disk image, which EC2 cannot launch",
                notes: ["use al2023, debian-12, debian-13, ami-… or ssm:/path, or `provider: local`"])
        case (.local, .ami), (.local, .ssm):
            findings.error(
                at: base.location, key: "image.base", "an AMI cannot be booted on this machine",
                notes: ["use debian-12, debian-13 or a disk image's path, or `provider: ec2`"])
        default: break
        }
    }
}

extension Image.Base {
    /// Reads `al2023`, `debian-12`, `debian-13`, `ami-…`, `ssm:/path` or a path.
    static func parse(_ text: String) throws(Malformed) -> Image.Base {
        switch text {
        case "al2023": return .amazonLinux2023
        case "debian-12": return .debian12
        case "debian-13": return .debian13
        case _ where text.hasPrefix("ami-"): return .ami(try Parse.identifier("ami-")(text))
        case _ where text.hasPrefix("ssm:/"): return .ssm(String(text.dropFirst("ssm:".count)))
        case _ where text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../"):
            return .disk(try Parse.text(text))
        default:
            let near = nearestName(to: text, in: ["al2023", "debian-12", "debian-13"]).map { "did you mean \($0)?" }
            throw Malformed(
                "'\(Parse.excerpt(text))' is not a base system",
                notes: [near ?? "write al2023, debian-12, debian-13, ami-…, ssm:/path or a disk image's path"])
        }
    }
}

extension Image {
    fileprivate static func region(_ text: String) throws(Malformed) -> String {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let number = parts.last, Int(number) != nil,
            parts.dropLast().allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLowercase } })
        else {
            throw Malformed("'\(Parse.excerpt(text))' is not an AWS region", notes: ["write one such as us-east-1"])
        }
        return text
    }

    fileprivate static func instanceType(_ text: String) throws(Malformed) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            text.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "." || $0 == "-") })
        else {
            let note = text.hasPrefix("db.") ? "db. classes are for databases; write " : "write one such as "
            throw Malformed("'\(Parse.excerpt(text))' is not an EC2 instance type", notes: [note + "t3.medium"])
        }
        return text
    }

    /// What may be empty, or else must satisfy `parse`.
    fileprivate static func optional(
        _ parse: @escaping (String) throws(Malformed) -> String
    ) -> (String) throws(Malformed) -> String {
        { text throws(Malformed) in text.isEmpty ? "" : try parse(text) }
    }

    /// The placeholders of an image's name.
    package static let namePlaceholders = ["pgpool", "time", "architecture", "base", "digest"]

    fileprivate static func nameTemplate(_ value: String) throws(Malformed) -> String {
        let text = try Parse.text(value)
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { throw Malformed("has a { without its }") }
            let name = String(rest[rest.index(after: open)..<close])
            guard namePlaceholders.contains(name) else {
                throw Malformed(
                    "has the unknown placeholder {\(Parse.excerpt(name))}",
                    notes: ["known are \(namePlaceholders.map { "{\($0)}" }.joined(separator: ", "))"])
            }
            rest = rest[rest.index(after: close)...]
        }
        let plain = text.filter { $0 != "{" && $0 != "}" }
        guard plain.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "()[] ./-'@_".contains($0)) }) else {
            throw Malformed(
                "has a character that an AMI's name cannot have", notes: ["letters, digits and ()[] ./-'@_ are legal"])
        }
        return text
    }

    fileprivate static func url(_ text: String) throws(Malformed) -> String {
        guard text.hasPrefix("https://"), text.utf8.count > "https://".utf8.count,
            !text.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\"" })
        else { throw Malformed("'\(Parse.excerpt(text))' is not an https:// address") }
        let authority = text.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), !text.lowercased().contains("x-amz-") else {
            throw Malformed(
                "holds a password or a signature",
                notes: ["it is written down where others read it; give a plain address"])
        }
        return text
    }

    fileprivate static func tags(_ section: Section) -> [(key: String, value: Setting<String>)] {
        guard let node = section.node("tags") else { return [] }
        let entries: [YAMLEntry]
        switch node.content {
        case .mapping(let found): entries = found
        case .scalar(let scalar) where scalar.isNull: return []
        case .scalar, .sequence:
            section.findings.error(at: node.location, key: "image.tags", "expected tags with values")
            return []
        }
        return entries.compactMap { entry in
            if entry.key.lowercased().hasPrefix("aws:") || entry.key.hasPrefix("pgpool-aurora:") {
                section.findings.error(
                    at: entry.keyLocation, key: "image.tags.\(entry.key)",
                    "tags that begin with aws: or pgpool-aurora: are not the user's to set")
            }
            let value = section.value(of: entry.value, name: "image.tags.\(entry.key)") { text throws(Malformed) in
                guard text.count <= 256 else { throw Malformed("is longer than 256 characters") }
                return text
            }
            return value.map { (entry.key, $0) }
        }
    }

    fileprivate static func source(_ section: Section) -> Source? {
        guard let node = section.node("pgpool") else { return nil }
        let part = section.section("pgpool", keys: ["tarball", "rpm", "package", "sha256"])
        let tarball = part.value("tarball", url)
        let rpm = part.value("rpm", url)
        let package = part.value("package", Parse.bool)
        let sha256 = part.value("sha256", Parse.sha256)
        let given = ["tarball", "rpm", "package"].filter { part.node($0) != nil }
        guard given.count == 1 else {
            section.findings.error(
                at: node.location, key: "image.pgpool",
                given.isEmpty ? "names no source" : "names \(given.count) sources: \(given.joined(separator: ", "))",
                notes: ["give exactly one of tarball, rpm and package"])
            return nil
        }
        if let package {
            if !package.value {
                section.findings.error(
                    at: package.location, key: "image.pgpool.package", "can only be true",
                    notes: ["name a tarball or an rpm instead"])
            }
            return .package
        }
        guard part.node("sha256") != nil else {
            section.findings.error(
                at: node.location, key: "image.pgpool.sha256", "is missing: what is downloaded is always checked",
                notes: ["`sha256sum FILE` prints it"])
            return nil
        }
        guard let sha256 else { return nil }
        return tarball.map { .tarball(url: $0, sha256: sha256) } ?? rpm.map { .rpm(url: $0, sha256: sha256) }
    }

    fileprivate static func artifact(_ section: Section) -> Artifact? {
        guard let node = section.node("artifact") else { return nil }
        let part = section.section("artifact", keys: ["bucket", "url", "sha256"])
        let bucket = part.value("bucket", Parse.text)
        let address = part.value("url", url)
        let sha256 = part.value("sha256", Parse.sha256)
        switch (part.node("bucket") != nil, part.node("url") != nil, part.node("sha256") != nil) {
        case (true, false, false): return bucket.map { .bucket($0) }
        case (false, true, true): return address.flatMap { address in sha256.map { .url(address, sha256: $0) } }
        default:
            section.findings.error(
                at: node.location, key: "image.artifact", "expected either a bucket, or url and sha256",
                notes: ["write `artifact: {bucket: my-bucket}`"])
            return nil
        }
    }
}

extension Image.Publish {
    init(_ image: Section) {
        let keys = ["ssm_parameter", "copy_to", "share_with", "deprecate_after", "keep"]
        let section = image.section("publish", keys: keys)
        ssmParameter = section.value("ssm_parameter", default: "") { text throws(Malformed) in
            guard text.isEmpty || text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0)) })
            else { throw Malformed("'\(Parse.excerpt(text))' is not the name of a parameter") }
            return text
        }
        copyTo = section.list("copy_to", Image.region) ?? []
        shareWith =
            section.list("share_with") { text throws(Malformed) in
                guard text.utf8.count == 12, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                    throw Malformed("'\(Parse.excerpt(text))' is not an AWS account: that is 12 digits")
                }
                return text
            } ?? []
        deprecateAfter = section.value("deprecate_after", default: .seconds(180 * 86_400), Parse.duration)
        keep = section.value("keep", default: 5, Parse.int(in: 1...1_000))
    }
}
