import ClusterSpec
import Diagnostics
import Testing

/// The example of the documentation, with its ellipses filled in.
private let example = """
    aurora:
      writer: app.cluster-c1.us-east-1.rds.amazonaws.com
      reader: app.cluster-ro-c1.us-east-1.rds.amazonaws.com
      port: 5432                    # each endpoint may also carry its own, as host:port
      database: app
      instance_class: db.r6g.large
      tls: {mode: require, ca_dir: /etc/pgpool-aurora/ca}   # off | require | verify-ca
    auth:
      mode: scram
      users:
        - {name: app, secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:app"}
    pgpool:
      version: "4.5.12"
      port: 9999
      weights: {writer: 1, reader: 10}
      children: auto
      max_pool: 1
      allow: [10.0.0.0/8]
      tls: {certificate: /etc/tls/cert.pem, key: /etc/tls/key.pem}
      parameters: {log_min_messages: info}
      owner: pgpool
    fleet: {instances: 4, surplus: 1}
    health:
      port: 8071
      user: app
      checks: ["SELECT 1"]
    image:
      provider: ec2
      region: us-east-1
      base: al2023
      architecture: x86_64
      instance_types: [t3.medium, t3a.medium]
      subnets: []
      volume: {size: 8, encrypted: false, kms_key: ""}
      security_group: ""
      public_ip: auto
      name: "pgpool-{pgpool}-{time}"
      tags: {}
      pgpool:
        tarball: "https://example.com/pgpool-II-4.5.12.tar.gz"
        sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      artifact: {bucket: my-bucket}
      deadline: 45m
      test: true
      publish: {ssm_parameter: "", copy_to: [], share_with: [], deprecate_after: 180d, keep: 5}

    """

@Suite struct ExampleTests {
    @Test func nothingIsWrongWithIt() {
        #expect(findings(in: example) == "")
    }

    @Test func auroraHasItsValues() throws {
        let aurora = try spec(example).aurora
        #expect(aurora.writer?.value == Endpoint(host: "app.cluster-c1.us-east-1.rds.amazonaws.com"))
        #expect(aurora.reader?.value == Endpoint(host: "app.cluster-ro-c1.us-east-1.rds.amazonaws.com"))
        #expect(aurora.writer?.location?.description == "c:2:11")
        #expect(aurora.port.value == 5432)
        #expect(aurora.database.value == "app")
        #expect(aurora.instanceClass?.value == "db.r6g.large")
        #expect(aurora.maxConnections == nil)
        #expect(aurora.tls.mode.value == .require)
        #expect(aurora.tls.caDirectory.value == "/etc/pgpool-aurora/ca")
        #expect(aurora.tls.caDirectory.location?.description == "c:7:32")
    }

    @Test func authHasItsValues() throws {
        let auth = try spec(example).auth
        #expect(auth.mode.value == .scram)
        #expect(auth.users.map(\.name.value) == ["app"])
        #expect(
            auth.users.first?.password.value
                == .secret("arn:aws:secretsmanager:us-east-1:123456789012:secret:app", versionStage: "AWSCURRENT"))
    }

    @Test func pgpoolHasItsValues() throws {
        let pgpool = try spec(example).pgpool
        #expect(pgpool.version?.value == PgpoolVersion(4, 5, 12))
        #expect(pgpool.port.value == 9999)
        #expect(pgpool.weights.writer.value == 1)
        #expect(pgpool.weights.reader.value == 10)
        #expect(pgpool.children.value == .auto)
        #expect(pgpool.maxPool.value == 1)
        #expect(pgpool.allow.map(\.value.description) == ["10.0.0.0/8"])
        #expect(pgpool.tls?.certificate.value == "/etc/tls/cert.pem")
        #expect(pgpool.tls?.key.value == "/etc/tls/key.pem")
        #expect(pgpool.parameters.map(\.name) == ["log_min_messages"])
        #expect(pgpool.parameters.map(\.value.value) == [.one("info")])
        #expect(pgpool.parameters.map(\.nameLocation.description) == ["c:20:16"])
        #expect(pgpool.parameters.map { $0.value.location?.description } == ["c:20:34"])
        #expect(pgpool.owner.value == "pgpool")
    }

    @Test func fleetAndHealthHaveTheirValues() throws {
        let spec = try spec(example)
        #expect(spec.fleet.instances.value == 4)
        #expect(spec.fleet.surplus.value == 1)
        #expect(spec.fleet.total == 5)
        #expect(spec.health.port.value == 8071)
        #expect(spec.health.user?.value == "app")
        #expect(spec.health.checks.map(\.query.value) == ["SELECT 1"])
        #expect(spec.health.checks.allSatisfy { $0.comparison == nil })
    }

    @Test func imageHasItsValues() throws {
        let image = try spec(example).image
        #expect(image.provider.value == .ec2)
        #expect(image.region?.value == "us-east-1")
        #expect(image.base.value == .amazonLinux2023)
        #expect(image.architecture.value == .x86_64)
        #expect(image.instanceTypes.map(\.value) == ["t3.medium", "t3a.medium"])
        #expect(image.subnets.isEmpty)
        #expect(image.volume.size.value == 8)
        #expect(image.volume.encrypted.value == false)
        #expect(image.volume.kmsKey.value == "")
        #expect(image.securityGroup.value == "")
        #expect(image.publicIP.value == .auto)
        #expect(image.name.value == "pgpool-{pgpool}-{time}")
        #expect(image.tags.isEmpty)
        guard case .tarball(let url, let sum) = image.pgpool else {
            Issue.record("the source is \(String(describing: image.pgpool))")
            return
        }
        #expect(url.value == "https://example.com/pgpool-II-4.5.12.tar.gz")
        #expect(sum.value == String(repeating: "0123456789abcdef", count: 4))
        guard case .bucket(let bucket) = image.artifact else {
            Issue.record("the artifact is \(String(describing: image.artifact))")
            return
        }
        #expect(bucket.value == "my-bucket")
        #expect(image.deadline.value == .seconds(2_700))
        #expect(image.test.value == true)
        #expect(image.publish.ssmParameter.value == "")
        #expect(image.publish.copyTo.isEmpty)
        #expect(image.publish.shareWith.isEmpty)
        #expect(image.publish.deprecateAfter.value == .seconds(15_552_000))
        #expect(image.publish.keep.value == 5)
    }
}

@Suite struct DefaultsTests {
    /// An empty file, null sections and empty ones all mean our defaults.
    @Test(arguments: ["", "# nothing\n", "{}", "aurora:\nauth: ~\npgpool: {}\nfleet:\nhealth: null\nimage: {}\n"])
    func whatIsLeftOutHasItsDefault(_ text: String) throws {
        let spec = try spec(text)
        #expect(spec.aurora.writer == nil)
        #expect(spec.aurora.reader == nil)
        #expect(spec.aurora.port == Setting(5432))
        #expect(spec.aurora.database == Setting("app"))
        #expect(spec.aurora.instanceClass == nil)
        #expect(spec.aurora.maxConnections == nil)
        #expect(spec.aurora.readers == Setting(1))
        #expect(spec.aurora.otherClients == Setting(10))
        #expect(spec.aurora.tls.mode == Setting(.require))
        #expect(spec.aurora.tls.caDirectory == Setting("/etc/pgpool-aurora/ca"))
        #expect(spec.auth.mode == Setting(.scram))
        #expect(spec.auth.users.isEmpty)
        #expect(spec.pgpool.version == nil)
        #expect(spec.pgpool.port == Setting(9999))
        #expect(spec.pgpool.weights.writer == Setting(1))
        #expect(spec.pgpool.weights.reader == Setting(10))
        #expect(spec.pgpool.children == Setting(.auto))
        #expect(spec.pgpool.maxPool == Setting(1))
        #expect(spec.pgpool.allow.isEmpty)
        #expect(spec.pgpool.tls == nil)
        #expect(spec.pgpool.parameters.isEmpty)
        #expect(spec.pgpool.owner == Setting("pgpool"))
        #expect(spec.fleet.instances == Setting(4))
        #expect(spec.fleet.surplus == Setting(1))
        #expect(spec.health.port == Setting(8071))
        #expect(spec.health.user == nil)
        #expect(spec.health.checks.map(\.query) == [Setting("SELECT 1")])
        #expect(spec.image.provider == Setting(.ec2))
        #expect(spec.image.region == nil)
        #expect(spec.image.base == Setting(.amazonLinux2023))
        #expect(spec.image.architecture == Setting(.x86_64))
        #expect(spec.image.instanceTypes == [Setting("t3.medium"), Setting("t3a.medium")])
        #expect(spec.image.subnets.isEmpty)
        #expect(spec.image.volume.size == Setting(8))
        #expect(spec.image.volume.encrypted == Setting(false))
        #expect(spec.image.volume.kmsKey == Setting(""))
        #expect(spec.image.securityGroup == Setting(""))
        #expect(spec.image.publicIP == Setting(.auto))
        #expect(spec.image.name == Setting("pgpool-{pgpool}-{time}"))
        #expect(spec.image.tags.isEmpty)
        #expect(spec.image.pgpool == nil)
        #expect(spec.image.artifact == nil)
        #expect(spec.image.deadline == Setting(.seconds(2_700)))
        #expect(spec.image.test == Setting(true))
        #expect(spec.image.publish.ssmParameter == Setting(""))
        #expect(spec.image.publish.copyTo.isEmpty)
        #expect(spec.image.publish.shareWith.isEmpty)
        #expect(spec.image.publish.deprecateAfter == Setting(.seconds(15_552_000)))
        #expect(spec.image.publish.keep == Setting(5))
        #expect(spec.warnings.map(\.key) == ["auth.users"])
    }

    @Test func armMachinesHaveTheirOwnInstanceType() throws {
        #expect(try spec("image: {architecture: arm64}").image.instanceTypes == [Setting("t4g.medium")])
    }

    @Test(arguments: [(1, 1), (10, 1), (11, 2), (95, 10), (101, 11)])
    func theSurplusIsATenthOfTheFleetAndAtLeastOne(_ instances: Int, _ surplus: Int) throws {
        #expect(try spec("fleet: {instances: \(instances)}").fleet.surplus == Setting(surplus))
    }

    @Test func theHealthUserIsTheFirstUser() throws {
        let text = "auth: {users: [{name: one, password_env: A}, {name: two, password_env: B}]}"
        #expect(try spec(text).health.user?.value == "one")
        #expect(try spec(text + "\nhealth: {user: two}").health.user?.value == "two")
    }

    @Test func noChecksAreNoChecks() throws {
        #expect(try spec("health: {checks: []}").health.checks.isEmpty)
    }
}
