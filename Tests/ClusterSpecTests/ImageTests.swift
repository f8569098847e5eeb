import ClusterSpec
import Testing

private let sum = String(repeating: "ab", count: 32)

@Suite struct ImageTests {
    @Test(arguments: [
        ("al2023", Image.Base.amazonLinux2023), ("debian-12", .debian12), ("debian-13", .debian13),
        ("ami-0123456789abcdef0", .ami("ami-0123456789abcdef0")),
        ("'ssm:/aws/service/x'", .ssm("/aws/service/x")),
    ])
    func basesHaveManyForms(_ text: String, _ base: Image.Base) throws {
        #expect(try spec("image: {base: \(text)}").image.base.value == base)
    }

    @Test(arguments: ["/var/disk.qcow2", "./disk.img", "../disk.img"])
    func aDiskImageIsABaseOfTheLocalProvider(_ path: String) throws {
        #expect(try spec("image: {provider: local, base: \(path)}").image.base.value == .disk(path))
    }

    @Test func sourcesAndArtifactsHaveTwoForms() throws {
        let image = try spec(
            "image: {pgpool: {rpm: 'https://h/p.rpm', sha256: \(sum.uppercased())}, "
                + "artifact: {url: 'https://h/tool', sha256: \(sum)}}"
        ).image
        guard case .rpm(let url, let hash) = image.pgpool, case .url(let tool, let toolHash) = image.artifact else {
            Issue.record("\(String(describing: image.pgpool)), \(String(describing: image.artifact))")
            return
        }
        #expect(url.value == "https://h/p.rpm")
        #expect(hash.value == sum)
        #expect(tool.value == "https://h/tool")
        #expect(toolHash.value == sum)
        guard case .package = try spec("image: {pgpool: {package: true}}").image.pgpool else {
            Issue.record("package: true is not the package")
            return
        }
    }

    @Test func tagsKeepTheirOrder() throws {
        let tags = try spec("image: {tags: {b: '1', a: '', c: x y}}").image.tags
        #expect(tags.map(\.key) == ["b", "a", "c"])
        #expect(tags.map(\.value.value) == ["1", "", "x y"])
    }

    @Test(arguments: [("90s", 90), ("45m", 2_700), ("12h", 43_200), ("180d", 15_552_000)])
    func durationsAreANumberAndAUnit(_ text: String, _ seconds: Int) throws {
        #expect(try spec("image: {deadline: \(text)}").image.deadline.value == .seconds(seconds))
    }

    @Test(arguments: ["''", "45", "0m", "-1m", "1.5h", "45 m", "45min", "m", "9999999999999999d"])
    func whatIsNoDurationIsReported(_ text: String) {
        #expect(
            findings(in: "image: {deadline: \(text)}") == """
                c:1:19: error: [image.deadline] '\(text.filter { $0 != "'" })' is not a length of time
                c:1:19: note: write a whole number and a unit: 500ms, 90s, 45m, 12h or 180d
                """)
    }

    @Test(arguments: ["true", "yes", "on", "1", "TRUE", "Yes"])
    func truthHasManyWords(_ text: String) throws {
        #expect(try spec("image: {volume: {encrypted: \(text)}}").image.volume.encrypted.value)
    }

    @Test(arguments: ["false", "no", "off", "0", "OFF"])
    func falsehoodHasManyWords(_ text: String) throws {
        #expect(try spec("image: {test: \(text)}").image.test.value == false)
    }

    @Test(arguments: [
        Finding(
            "image: {provider: aws}", "c:1:19: error: [image.provider] 'aws' is not one of ec2, local"),
        Finding(
            "image: {region: useast1}",
            "c:1:17: error: [image.region] 'useast1' is not an AWS region\nc:1:17: note: write one such as us-east-1"),
        Finding(
            "image: {region: US-EAST-1}",
            "c:1:17: error: [image.region] 'US-EAST-1' is not an AWS region\nc:1:17: note: write one such as us-east-1"),
        Finding(
            "image: {base: debian12}",
            "c:1:15: error: [image.base] 'debian12' is not a base system\nc:1:15: note: did you mean debian-12?"),
        Finding(
            "image: {base: ubuntu}",
            """
            c:1:15: error: [image.base] 'ubuntu' is not a base system
            c:1:15: note: write al2023, debian-12, debian-13, ami-…, ssm:/path or a disk image's path
            """),
        Finding("image: {base: ami-}", "c:1:15: error: [image.base] 'ami-' is not of the form ami-0123456789abcdef0"),
        Finding(
            "image: {base: /d.img}",
            """
            c:1:15: error: [image.base] /d.img is a disk image, which EC2 cannot launch
            c:1:15: note: use al2023, debian-12, debian-13, ami-… or ssm:/path, or `provider: local`
            """),
        Finding(
            "image: {provider: local, base: ami-1}",
            """
            c:1:32: error: [image.base] an AMI cannot be booted on this machine
            c:1:32: note: use debian-12, debian-13 or a disk image's path, or `provider: ec2`
            """),
        Finding(
            "image: {architecture: arm}",
            "c:1:23: error: [image.architecture] 'arm' is not one of x86_64, arm64\nc:1:23: note: did you mean arm64?"),
        Finding("image: {instance_types: []}", "c:1:25: error: [image.instance_types] names no instance type"),
        Finding(
            "image: {instance_types: [t3.medium, db.t3.medium]}",
            """
            c:1:37: error: [image.instance_types[1]] 'db.t3.medium' is not an EC2 instance type
            c:1:37: note: db. classes are for databases; write t3.medium
            """),
        Finding(
            "image: {subnets: [net-1]}",
            "c:1:19: error: [image.subnets[0]] 'net-1' is not of the form subnet-0123456789abcdef0"),
        Finding("image: {volume: {size: 0}}", "c:1:24: error: [image.volume.size] 0 is out of range: from 1 to 16384"),
        Finding(
            "image: {volume: {encrypted: maybe}}",
            "c:1:29: error: [image.volume.encrypted] 'maybe' is not a truth value\nc:1:29: note: write true or false"),
        Finding(
            "image: {volume: {kms_key: alias/k}}",
            """
            c:1:27: error: [image.volume.kms_key] a key without encryption does nothing
            c:1:27: note: add `encrypted: true`
            """),
        Finding(
            "image: {security_group: web}",
            "c:1:25: error: [image.security_group] 'web' is not of the form sg-0123456789abcdef0"),
        Finding(
            "image: {public_ip: maybe}", "c:1:20: error: [image.public_ip] 'maybe' is not one of auto, yes, no"),
        Finding("image: {name: 'x-{time'}", "c:1:15: error: [image.name] has a { without its }"),
        Finding(
            "image: {name: 'x-{tim}'}",
            """
            c:1:15: error: [image.name] has the unknown placeholder {tim}
            c:1:15: note: known are {pgpool}, {time}, {architecture}, {base}, {digest}
            """),
        Finding(
            "image: {name: 'x*'}",
            """
            c:1:15: error: [image.name] has a character that an AMI's name cannot have
            c:1:15: note: letters, digits and ()[] ./-'@_ are legal
            """),
        Finding(
            "image: {tags: {'aws:x': y}}",
            "c:1:16: error: [image.tags.aws:x] tags that begin with aws: or pgpool-aurora: are not the user's to set"),
        Finding("image: {tags: [a]}", "c:1:15: error: [image.tags] expected tags with values"),
        Finding(
            "image: {tags: {a: \(String(repeating: "x", count: 257))}}",
            "c:1:19: error: [image.tags.a] is longer than 256 characters"),
        Finding(
            "image: {pgpool: {}}",
            """
            c:1:17: error: [image.pgpool] names no source
            c:1:17: note: give exactly one of tarball, rpm and package
            """),
        Finding(
            "image: {pgpool: {tarball: 'https://h/t', package: true}}",
            """
            c:1:17: error: [image.pgpool] names 2 sources: tarball, package
            c:1:17: note: give exactly one of tarball, rpm and package
            """),
        Finding(
            "image: {pgpool: {tarball: 'https://h/t'}}",
            """
            c:1:17: error: [image.pgpool.sha256] is missing: what is downloaded is always checked
            c:1:17: note: `sha256sum FILE` prints it
            """),
        Finding(
            "image: {pgpool: {tarball: 'http://h/t', sha256: \(sum)}}",
            "c:1:27: error: [image.pgpool.tarball] 'http://h/t' is not an https:// address"),
        Finding(
            "image: {pgpool: {rpm: 'https://h/t', sha256: abc}}",
            """
            c:1:46: error: [image.pgpool.sha256] is not a SHA-256 sum: that is 64 hexadecimal digits
            c:1:46: note: `sha256sum FILE` prints it
            """),
        Finding(
            "image: {pgpool: {package: false}}",
            """
            c:1:27: error: [image.pgpool.package] can only be true
            c:1:27: note: name a tarball or an rpm instead
            """),
        Finding(
            "image: {artifact: {url: 'https://h/t'}}",
            """
            c:1:19: error: [image.artifact] expected either a bucket, or url and sha256
            c:1:19: note: write `artifact: {bucket: my-bucket}`
            """),
        Finding(
            "image: {test: perhaps}",
            "c:1:15: error: [image.test] 'perhaps' is not a truth value\nc:1:15: note: write true or false"),
        Finding(
            "image: {publish: {ssm_parameter: 'a b'}}",
            "c:1:34: error: [image.publish.ssm_parameter] 'a b' is not the name of a parameter"),
        Finding(
            "image: {publish: {copy_to: [eu]}}",
            "c:1:29: error: [image.publish.copy_to[0]] 'eu' is not an AWS region\nc:1:29: note: write one such as us-east-1"
        ),
        Finding(
            "image: {publish: {share_with: [12345]}}",
            "c:1:32: error: [image.publish.share_with[0]] '12345' is not an AWS account: that is 12 digits"),
        Finding(
            "image: {publish: {deprecate_after: never}}",
            """
            c:1:36: error: [image.publish.deprecate_after] 'never' is not a length of time
            c:1:36: note: write a whole number and a unit: 500ms, 90s, 45m, 12h or 180d
            """),
        Finding("image: {publish: {keep: 0}}", "c:1:25: error: [image.publish.keep] 0 is out of range: from 1 to 1000"),
    ])
    func badValuesAreReported(_ finding: Finding) { finding.check() }
}
