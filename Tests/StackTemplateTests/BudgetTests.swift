import Diagnostics
import StackTemplate
import Testing

/// A stack that would exhaust its database is refused with the numbers.
@Suite struct BudgetTests {
    @Test func `too many instances for a class are refused`() throws {
        let errors = try Shapes.errors([("max_capacity", "100")])
        #expect(errors.map(\.key) == ["pgpool.children"])
        let text = errors.map(\.description).joined()
        for part in ["db.t3.medium allows 405", "110 instances", "max_capacity (100)"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func `children beyond the budget are refused where they stand`() throws {
        let errors = try Shapes.errors(spec: "pgpool: {children: 64}\n")
        #expect(errors.count == 1)
        #expect(errors.first?.location?.description == "cluster.yaml:1:20")
        #expect(errors.first?.message.contains("needs 640 writer connections for 5 instances") == true)
    }

    @Test func `the defaults fit, and a larger class takes more`() throws {
        #expect(try Shapes.errors().isEmpty)
        #expect(try Shapes.errors([("db_instance_class", "db.r6g.large")], spec: "pgpool: {children: 64}\n").isEmpty)
    }

    @Test func `more readers leave the writer more`() throws {
        #expect(try !Shapes.errors(spec: "pgpool: {children: 60}\n").isEmpty)
        #expect(try Shapes.errors([("db_replica_count", "2")], spec: "pgpool: {children: 60}\n").isEmpty)
    }

    @Test func `a class of unknown memory needs a measured bound`() throws {
        let spec = "aurora: {max_connections: 900}\n"
        #expect(try !Shapes.errors([("db_instance_class", "db.m5.large")]).isEmpty)
        let shape = try #require(try Shapes.read([("db_instance_class", "db.m5.large")], spec: spec).shape)
        let script = shape.userData.filled(.sample())
        #expect(script.contains("  max_connections: 900\n") && !script.contains("instance_class"))
    }

    @Test func `a rule names no group of another VPC`() throws {
        let spec = "aurora: {writer: w.db, reader: r.db, max_connections: 1000}\n"
        let group = ("db_security_group", "sg-0a1b2c3d")
        #expect(try Shapes.errors([group], spec: spec).contains { $0.key == "vpc_id" })
        let vpc = [("vpc_id", "vpc-0a1b2c3d"), ("subnet_ids", "subnet-0a1b2c3d,subnet-4e5f6a7b")]
        #expect(try Shapes.errors([group] + vpc, spec: spec).isEmpty)
    }

    @Test func `what would be lost or refused is said`() throws {
        func keys(_ parameters: [(String, String)], _ spec: String) throws -> [String] {
            try Shapes.read(parameters, spec: spec).findings.map(\.key)
        }
        let allow = "pgpool: {allow: [10.1.0.0/16]}\n"
        #expect(try keys([("client_cidrs", "10.2.0.0/16")], allow).contains("client_cidrs"))
        #expect(try !keys([("client_cidrs", "10.1.0.0/16")], allow).contains("client_cidrs"))
        let script = try #require(
            try Shapes.read([("client_cidrs", "10.2.0.0/16")], spec: allow).shape
        ).userData.filled(.sample())
        #expect(script.contains("10.1.0.0/16") && !script.contains("10.2.0.0/16"))
        #expect(try keys([("client_cidrs", "2001:db8::/32")], "").contains("client_cidrs"))
        #expect(try keys([], "pgpool: {tls: {certificate: /c, key: /k}}\n").contains("pgpool.tls"))
        let reference = "pgpool: {parameters: {log_line_prefix: \"{{resolve:ssm:/a}}\"}}\n"
        let shape = try #require(try Shapes.read([], spec: reference).shape)
        #expect(shape.userData.refusal()?.message.contains("dynamic reference") == true)
    }

    @Test func `a cluster that is there is judged by what is said of it`() throws {
        let spec = "aurora: {writer: w.db, reader: r.db}\nauth: {users: [{name: a, secret: a}]}\n"
        let (shape, findings) = try Shapes.read(spec: spec)
        #expect(shape != nil)
        #expect(findings.map(\.key) == ["aurora.instance_class", "db_security_group", "vpc_id"])
        #expect(
            try !Shapes.errors([("db_instance_class", "db.t3.medium"), ("max_capacity", "100")], spec: spec).isEmpty)
    }

    /// The image decides on the version; without one in the spec only what no series has is refused.
    @Test func `parameters that no Pgpool-II has are refused`() throws {
        #expect(
            try Shapes.errors([("parameters", "no_such_thing=1")]).map(\.key) == [
                "pgpool.parameters.no_such_thing"
            ])
        #expect(try Shapes.errors([("parameters", "logdir=/var/log")]).isEmpty)
        #expect(
            try !Shapes.errors([("parameters", "logdir=/var/log,failover_on_backend_error=on")]).isEmpty)
    }

    /// User-data and templates are no place for passwords.
    @Test func `a password among pgpool's parameters is refused`() throws {
        for version in ["", "version: \"4.5\", "] {
            let spec = "pgpool: {\(version)parameters: {recovery_password: hunter2}}\n"
            let errors = try Shapes.errors(spec: spec)
            #expect(errors.map(\.key) == ["pgpool.parameters.recovery_password"])
            #expect(!errors.map(\.description).joined().contains("hunter2"))
        }
    }
}
