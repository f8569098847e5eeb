import StackParameters
import Testing

@Suite struct StackParameterTests {
    @Test func `the table has the names and defaults of the ported stack`() {
        let rows = StackParameter.all.prefix(10).map { "\($0.name)=\($0.defaultText ?? "-")" }
        #expect(
            rows == [
                "ami_id=-", "vpc_id=-", "subnet_ids=-", "instance_type=t3.medium", "disk_size=20", "min_capacity=2",
                "max_capacity=4", "desired_capacity=2", "db_instance_class=db.t3.medium", "db_replica_count=1",
            ])
        #expect(StackParameter.all.count > 10)
        #expect(StackParameter.all.allSatisfy { !$0.summary.isEmpty })
        #expect(Set(StackParameter.all.map(\.name)).count == StackParameter.all.count)
    }

    @Test func `a default is a value that is allowed`() {
        #expect(StackParameter.all.allSatisfy { $0.defaultText.map($0.objection) ?? nil == nil })
    }

    @Test func `names in upper camel case are those of CloudFormation`() {
        #expect(StackParameter.named("ami_id")?.upperCamelName == "AmiId")
        #expect(StackParameter.named("db_instance_class")?.upperCamelName == "DbInstanceClass")
        #expect(StackParameter.named("AmiId") == nil)
        #expect(Set(StackParameter.all.map(\.upperCamelName)).count == StackParameter.all.count)
    }

    private static let values: [(String, [String], [String])] = [
        (
            "ami_id", ["ami-0a1b2c3d", "ami-0123456789abcdef0"],
            ["", "ami-", "ami-1", "ami-0A1B2C3D", "ami-0a1b2c3g", "vpc-0a1b2c3d", "ami-0a1b2c3d "]
        ),
        ("vpc_id", ["vpc-0a1b2c3d"], ["vpc-é1b2c3d", "0a1b2c3d"]),
        (
            "subnet_ids", ["", "subnet-0a1b2c3d", "subnet-0a1b2c3d, subnet-4e5f6a7b"],
            ["subnet-0a1b2c3d,", ",", "subnet-0a1b2c3d subnet-4e5f6a7b"]
        ),
        ("disk_size", ["1", "65536"], ["0", "65537", "-1", "+5", "05", "2.5", "", "x", "99999999999999999999"]),
        ("db_replica_count", ["0", "15"], ["16"]),
        (
            "instance_type", ["t3.medium", "u-6tb1.56xlarge", "m7i-flex.large"],
            ["t3", "t3.", ".medium", "T3.medium", ""]
        ),
        ("db_instance_class", ["db.r6g.large", "db.serverless"], ["r6g.large", "db.", "db.r6g"]),
        ("nat_gateways", ["per-zone", "one", "none"], ["", "None", "two", "1"]),
        (
            "client_cidrs", ["", "10.0.0.0/8", "10.0.0.0/8, fd00::/8"],
            ["10.0.0.0", "10.0.0.0/", "/8", "any/0", "::/129"]
        ),
        ("root_device", ["/dev/xvda", "/dev/sda1"], ["", "xvda", "/dev/", "/dev/x y", "/dev/a/b"]),
        ("engine_version", ["16", "16.8", "17.10"], ["", "16.", ".8", "16.8.1", "9.6", "sixteen", "016"]),
        ("database_name", ["app", "A_1", String(repeating: "a", count: 63)], ["", "1a", "a-b", "_a", "é"]),
        ("database_name", [], [String(repeating: "a", count: 64)]),
        ("user_secrets", ["", "a=b", "a=arn:aws:x=y, b=c"], ["a", "a=", "=b", "a=b,"]),
        (
            "kms_key",
            [
                "01234567-89ab-cdef-0123-456789abcdef", "mrk-0123456789abcdef0123456789abcdef",
                "arn:aws-cn:kms:cn-north-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
            ],
            [
                "", "alias/mine", "arn:aws:kms:us-east-1:123456789012:alias/mine", "01234567",
                "arn:aws:kms:us-east-1::key/01234567-89ab-cdef-0123-456789abcdef",
            ]
        ),
        ("weights", ["1,10", "0.5, 1"], ["", "1", "1,2,3", "a,b", "-1,1", "1,"]),
        ("parameters", ["", "a=b", "log_line_prefix=%t [%p],b=1"], ["a", "a b=c", "=1", "a="]),
        ("alarm_email", ["dba@example.com"], ["", "dba", "dba@example", "a@b@c.d", "a b@c.d"]),
    ]

    @Test(arguments: values)
    func `a value that is plainly wrong is objected to`(name: String, right: [String], wrong: [String]) throws {
        let parameter = try #require(StackParameter.named(name))
        for value in right { #expect(parameter.objection(to: value) == nil, "\(value)") }
        for value in wrong { #expect(parameter.objection(to: value) != nil, "\(value)") }
    }
}
