import Diagnostics
import Foundation
import JSONDocument
import StackParameters
import StackTemplate
import Testing

/// Every parameter of the table does something, and each bad value is refused.
@Suite struct ParameterTests {
    struct Effect: Sendable, CustomTestStringConvertible {
        var name: String
        var value: String
        /// What else must be given for it.
        var others: [(String, String)]
        var spec: String?
        /// Where in the template it is seen, and as what.
        var path: String
        var seen: String

        init(
            _ name: String, _ value: String, with others: [(String, String)] = [], spec: String? = nil, _ path: String,
            _ seen: String
        ) {
            (self.name, self.value, self.others) = (name, value, others)
            (self.spec, self.path, self.seen) = (spec, path, seen)
        }

        var testDescription: String { "\(name)=\(value)" }
    }

    private static let vpc = [("vpc_id", "vpc-0a1b2c3d"), ("subnet_ids", "subnet-0a1b2c3d,subnet-4e5f6a7b")]
    private static let existing = "aurora: {writer: w.db, reader: r.db, max_connections: 1000}"
    private static let launch = "Resources.LaunchTemplate.Properties.LaunchTemplateData"
    private static let targets = "Resources.Targets.Properties"
    private static let key = "01234567-89ab-cdef-0123-456789abcdef"

    static let effects = [
        Effect("ami_id", "ami-0a1b2c3d", "Parameters.AmiId.Default", "ami-0a1b2c3d"),
        Effect("ami_id", "ami-0a1b2c3d", "\(launch).ImageId.Ref", "AmiId"),
        Effect("vpc_id", "vpc-0a1b2c3d", with: [vpc[1]], "\(targets).VpcId", "vpc-0a1b2c3d"),
        Effect(
            "subnet_ids", vpc[1].1, with: [vpc[0]], "Resources.Group.Properties.VPCZoneIdentifier.1",
            "subnet-4e5f6a7b"),
        Effect(
            "subnet_ids", vpc[1].1, with: [vpc[0]], "Resources.DatabaseSubnets.Properties.SubnetIds.0",
            "subnet-0a1b2c3d"),
        Effect("instance_type", "m7g.large", "Parameters.InstanceType.Default", "m7g.large"),
        Effect("instance_type", "m7g.large", "\(launch).InstanceType.Ref", "InstanceType"),
        Effect("disk_size", "33", "Parameters.DiskSize.Default", "33"),
        Effect("disk_size", "33", "\(launch).BlockDeviceMappings.0.Ebs.VolumeSize.Ref", "DiskSize"),
        Effect("min_capacity", "1", "Parameters.MinCapacity.Default", "1"),
        Effect("min_capacity", "1", "Resources.Group.Properties.MinSize.Ref", "MinCapacity"),
        Effect("max_capacity", "7", "Parameters.MaxCapacity.Default", "7"),
        Effect("max_capacity", "7", "Resources.Group.Properties.MaxSize.Ref", "MaxCapacity"),
        Effect("desired_capacity", "3", "Parameters.DesiredCapacity.Default", "3"),
        Effect("desired_capacity", "3", "Resources.Group.Properties.DesiredCapacity.Ref", "DesiredCapacity"),
        Effect(
            "desired_capacity", "3", "Resources.Group.CreationPolicy.ResourceSignal.Count.Ref", "DesiredCapacity"),
        Effect("db_instance_class", "db.r6g.large", "Parameters.DbInstanceClass.Default", "db.r6g.large"),
        Effect(
            "db_instance_class", "db.r6g.large", "Resources.Reader1.Properties.DBInstanceClass.Ref", "DbInstanceClass"),
        Effect("db_replica_count", "3", "Resources.Reader3.Type", "AWS::RDS::DBInstance"),
        Effect("vpc_zones", "2", "Resources.PrivateSubnet2.Type", "AWS::EC2::Subnet"),
        Effect("nat_gateways", "one", "Resources.PrivateDefaultRoute3.Properties.NatGatewayId.Ref", "NatGateway1"),
        Effect("nat_gateways", "none", "Resources.S3Endpoint.Properties.VpcEndpointType", "Gateway"),
        Effect(
            "nlb_scheme", "internet-facing", with: [("client_cidrs", "203.0.113.0/24")],
            "Resources.LoadBalancer.Properties.Scheme", "internet-facing"),
        Effect(
            "nlb_scheme", "internet-facing", with: [("client_cidrs", "203.0.113.0/24")],
            "Resources.LoadBalancer.Properties.Subnets.2.Ref", "PublicSubnet3"),
        Effect(
            "nlb_subnet_ids", "subnet-11111111,subnet-22222222", with: vpc,
            "Resources.LoadBalancer.Properties.Subnets.0", "subnet-11111111"),
        Effect(
            "client_cidrs", "10.9.0.0/16,fd00::/8",
            "Resources.LoadBalancerSecurityGroup.Properties.SecurityGroupIngress.1.CidrIpv6", "fd00::/8"),
        Effect("nlb_healthy_threshold", "3", "\(targets).HealthyThresholdCount", "3"),
        Effect("nlb_unhealthy_threshold", "9", "\(targets).UnhealthyThresholdCount", "9"),
        Effect("nlb_health_timeout", "7", "\(targets).HealthCheckTimeoutSeconds", "7"),
        Effect("nlb_health_interval", "11", "\(targets).HealthCheckIntervalSeconds", "11"),
        Effect("asg_health", "ELB", "Resources.Group.Properties.HealthCheckType", "ELB"),
        Effect("root_device", "/dev/sda1", "\(launch).BlockDeviceMappings.0.DeviceName", "/dev/sda1"),
        Effect("engine_version", "17.5", "Parameters.EngineVersion.Default", "17.5"),
        Effect("engine_version", "17.5", "Resources.ClusterParameters.Properties.Family", "aurora-postgresql17"),
        Effect("database_name", "orders", "Resources.Cluster.Properties.DatabaseName", "orders"),
        Effect(
            "db_security_group", "sg-0a1b2c3d", with: vpc, spec: existing,
            "Resources.DatabaseFromInstances.Properties.GroupId",
            "sg-0a1b2c3d"),
        Effect(
            "user_secrets", "a=arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdE1",
            "Resources.InstanceRole.Properties.Policies.0.PolicyDocument.Statement.0.Resource.1",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdE1"),
        Effect("kms_key", key, "Resources.Cluster.Properties.KmsKeyId", key),
        Effect("kms_key", key, "Resources.DatabaseSecret.Properties.KmsKeyId", key),
        Effect("alarm_email", "dba@example.com", "Resources.AlarmSubscription.Properties.Endpoint", "dba@example.com"),
    ]

    @Test(arguments: effects)
    func `a parameter is seen in the template`(_ effect: Effect) throws {
        let tree = try Shapes.tree(effect.others + [(effect.name, effect.value)], spec: effect.spec)
        #expect(tree.at(effect.path)?.scalarText == effect.seen)
    }

    /// Those that only the instances see.
    @Test(arguments: [
        ("weights", "3,4", "  weights:\n    reader: 4\n    writer: 3\n"),
        ("parameters", "client_idle_limit=600", "  parameters:\n    client_idle_limit: 600\n"),
        ("client_cidrs", "10.9.0.0/16", "  allow:\n    - 10.9.0.0/16\n"),
        ("database_name", "orders", "  database: orders\n"),
        ("db_replica_count", "2", "  readers: 2\n"),
        ("max_capacity", "5", "  instances: 5\n"),
        ("db_instance_class", "db.r6g.large", "  instance_class: db.r6g.large\n"),
        ("user_secrets", "a=secret", "    - name: a\n      secret: secret\n"),
    ])
    func `a parameter is seen by the instances`(name: String, value: String, seen: String) throws {
        let shape = try #require(try Shapes.read([(name, value)]).shape)
        #expect(shape.userData.filled(.sample([name: value])).contains(seen))
    }

    @Test func `each parameter of the table is tested`() {
        let tested = Set(ParameterTests.effects.map(\.name) + ["weights", "parameters"])
        #expect(tested == Set(StackParameter.all.map(\.name)))
        #expect(Set(ParameterTests.wrong.map(\.0)) == tested)
    }

    // MARK: - Refusals

    static let wrong = [
        ("ami_id", "ami-1"), ("ami_id", "local-0123456789abcdef"), ("vpc_id", "vpc"), ("subnet_ids", "subnet-1"),
        ("instance_type", "huge"), ("disk_size", "0"), ("min_capacity", "-1"), ("max_capacity", "many"),
        ("desired_capacity", "2.5"), ("db_instance_class", "r6g.large"), ("db_replica_count", "16"), ("vpc_zones", "1"),
        ("nat_gateways", "two"), ("nlb_scheme", "public"), ("nlb_subnet_ids", "subnet-"), ("client_cidrs", "all"),
        ("client_cidrs", "10.0.0.0/33"), ("client_cidrs", "10.0.0.1/8"), ("nlb_healthy_threshold", "1"),
        ("nlb_unhealthy_threshold", "11"), ("nlb_health_timeout", "1"), ("nlb_health_interval", "301"),
        ("asg_health", "EBS"), ("root_device", "xvda"), ("engine_version", "latest"), ("database_name", "my-db"),
        ("database_name", "postgres"), ("db_security_group", "sg-1"), ("db_security_group", "sg-0a1b2c3d"),
        ("user_secrets", "app"), ("user_secrets", "postgres=secret"), ("user_secrets", "a=b c"),
        ("user_secrets", "a=s,a=t"), ("kms_key", "alias/mine"), ("weights", "1"), ("weights", "0,0"),
        ("parameters", "a"), ("parameters", "a=1,a=2"), ("alarm_email", "dba"), ("db_instance_class", "db.serverless"),
        ("db_instance_class", "db.m5.large"), ("min_capacity", "5"), ("max_capacity", "0"), ("desired_capacity", "5"),
        ("nlb_health_timeout", "30"), ("nlb_health_interval", "5"), ("subnet_ids", "subnet-0a1b2c3d"),
        ("nlb_scheme", "internet"),
    ]

    @Test(arguments: wrong)
    func `a bad value is refused with its name and a mend`(name: String, value: String) throws {
        let errors = try Shapes.errors([(name, value)])
        let own = errors.filter { $0.key == name }
        #expect(!own.isEmpty, "\(errors)")
        #expect(errors.allSatisfy { !$0.notes.isEmpty && !$0.message.isEmpty }, "\(errors)")
    }

    @Test func `all that is wrong is said in one run`() throws {
        let errors = try Shapes.errors(
            [("ami_id", "x"), ("disk_size", "x"), ("vpc_zones", "9"), ("min_capacity", "9"), ("mn_capacity", "1")],
            spec: "pgpool: {port: 1}\nauth: {users: [{name: a, password_file: p}]}\n")
        let keys = Set(errors.map(\.key))
        #expect(
            keys.isSuperset(of: ["ami_id", "disk_size", "vpc_zones", "min_capacity", "pgpool.port", "auth.users[0]"]))
        #expect(errors.contains { $0.notes == ["did you mean min_capacity?"] })
    }

    @Test func `a stack without an image is refused`() throws {
        let values = StackValues(file: nil)
        let (shape, findings) = StackShape.read(values, spec: nil)
        #expect(shape == nil)
        #expect(findings.map(\.key) == ["ami_id"])
    }

    @Test(arguments: [
        ("vpc_id=vpc-0a1b2c3d", "subnet_ids"),
        ("vpc_id=vpc-0a1b2c3d subnet_ids=subnet-0a1b2c3d", "subnet_ids"),
        ("vpc_id=vpc-0a1b2c3d subnet_ids=subnet-0a1b2c3d,subnet-0a1b2c3d", "subnet_ids"),
        ("vpc_id=vpc-0a1b2c3d subnet_ids=subnet-0a1b2c3d,subnet-4e5f6a7b vpc_zones=2", "vpc_zones"),
        ("vpc_id=vpc-0a1b2c3d subnet_ids=subnet-0a1b2c3d,subnet-4e5f6a7b nat_gateways=one", "nat_gateways"),
        (
            "vpc_id=vpc-0a1b2c3d subnet_ids=subnet-0a1b2c3d,subnet-4e5f6a7b nlb_scheme=internet-facing "
                + "client_cidrs=10.0.0.0/8", "nlb_subnet_ids"
        ),
        ("nlb_subnet_ids=subnet-0a1b2c3d,subnet-4e5f6a7b", "nlb_subnet_ids"),
        ("nlb_scheme=internet-facing", "client_cidrs"),
        ("max_capacity=4 max_capacity=4", "max_capacity"),
    ])
    func `what does not go together is refused`(text: String, key: String) throws {
        let values = text.split(separator: " ").map { item in
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts[1])
        }
        let errors = try Shapes.errors(values)
        #expect(errors.map(\.key) == [key], "\(errors)")
        #expect(errors.allSatisfy { !$0.notes.isEmpty })
    }

    // MARK: - Where values come from

    @Test func `the command line wins over the file, and an empty text is none`() throws {
        let text = "ami_id: ami-0a1b2c3d\ndisk_size: 30\nmin_capacity: 1\nvpc_id: ''\nsubnet_ids: []\n"
        let file = try ParametersFile(parsing: Array(text.utf8), name: "stack.yaml")
        let values = StackValues(file: file, overrides: [.init(name: "disk_size", text: "50")])
        let template = try StackTemplate(try #require(StackShape.read(values, spec: nil).shape))
        let byName = Dictionary(uniqueKeysWithValues: template.parameters.map { ($0.name, $0.value) })
        #expect(byName["AmiId"] == "ami-0a1b2c3d")
        #expect(byName["DiskSize"] == "50")
        #expect(byName["MinCapacity"] == "1")
        #expect(byName["MaxCapacity"] == "4")
    }

    @Test(arguments: [
        ("stack.yaml", "{ami_id: ami-0a1b2c3d, db_replica_cuont: 1}", true),
        ("p.json", "[{\"ParameterKey\": \"DbReplicaCuont\", \"ParameterValue\": \"1\"}]", true),
        ("cdk.json", "{\"context\": {\"@aws-cdk/core:x\": true, \"db_replica_cuont\": 1}}", false),
    ])
    func `an unknown name in a file is refused, and near ours in a file of others told`(
        name: String, text: String, isError: Bool
    ) throws {
        let file = try ParametersFile(parsing: Array(text.utf8), name: name)
        let findings = StackValues(file: file).findings
        #expect(findings.count == 1)
        #expect(findings.first?.severity == (isError ? .error : .warning))
        #expect(findings.first?.location != nil)
        if !name.hasPrefix("p") { #expect(findings.first?.notes == ["did you mean db_replica_count?"]) }
    }

    @Test func `a new image is a parameter and nothing else`() throws {
        let one = try Shapes.template([("ami_id", "ami-0a1b2c3d")])
        let other = try Shapes.template([("ami_id", "ami-4e5f6a7b")])
        #expect(one.text(withDefaults: false) == other.text(withDefaults: false))
        #expect(!one.text(withDefaults: false).contains("ami-0a1b2c3d"))
        #expect(one.text(withDefaults: true) != other.text(withDefaults: true))
        #expect(zip(one.parameters, other.parameters).filter { $0 != $1 }.map(\.0.name) == ["AmiId"])
    }
}

extension UserDataText.Values {
    /// As CloudFormation might fill them in.
    static func sample(_ values: [String: String] = [:]) -> UserDataText.Values {
        UserDataText.Values(
            stack: "arn:aws:cloudformation:us-east-1:123456789012:stack/s/01234567", region: "us-east-1",
            references: [
                .writerEndpoint: "s.cluster-c1.us-east-1.rds.amazonaws.com",
                .readerEndpoint: "s.cluster-ro-c1.us-east-1.rds.amazonaws.com",
                .instanceClass: values["db_instance_class"] ?? "db.t3.medium",
                .maxCapacity: values["max_capacity"] ?? "4",
                .databaseSecret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdE1",
            ])
    }
}
