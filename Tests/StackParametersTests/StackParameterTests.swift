import StackParameters
import Testing

@Suite struct StackParameterTests {
    @Test func `the table has the names and defaults of the ported stack`() {
        let rows = StackParameter.all.map { "\($0.name)=\($0.defaultText ?? "-")" }
        #expect(
            rows == [
                "ami_id=-", "vpc_id=-", "subnet_ids=-", "instance_type=t3.medium", "disk_size=20", "min_capacity=2",
                "max_capacity=4", "desired_capacity=2", "db_instance_class=db.t3.medium", "db_replica_count=1",
            ])
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
    ]

    @Test(arguments: values)
    func `a value that is plainly wrong is objected to`(name: String, right: [String], wrong: [String]) throws {
        let parameter = try #require(StackParameter.named(name))
        for value in right { #expect(parameter.objection(to: value) == nil, "\(value)") }
        for value in wrong { #expect(parameter.objection(to: value) != nil, "\(value)") }
    }
}
