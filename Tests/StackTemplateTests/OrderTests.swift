import StackParameters
import StackTemplate
import TestBasics
import Testing
import YAMLDocument

/// The same input gives the same bytes, whatever the order of keys.
@Suite struct OrderTests {
    private static let parameters = [
        "ami_id: ami-0a1b2c3d", "nat_gateways: one", "db_replica_count: 2", "client_cidrs: [10.0.0.0/16, 10.9.0.0/16]",
        "user_secrets: [a=b, c=d]", "parameters: [client_idle_limit=60, log_min_messages=info]", "weights: [1, 2]",
        "kms_key: 01234567-89ab-cdef-0123-456789abcdef", "alarm_email: a@example.com",
    ]
    private static let sections = [
        ("aurora", ["other_clients: 5", "port: 5432", "tls: {mode: verify-ca, ca_dir: /x}"]),
        ("pgpool", ["children: 9", "max_pool: 1", "version: \"4.6\""]),
        ("health", ["port: 8072", "interval: 2s", "heal: false"]),
    ]

    private static func text(_ parameters: [String], _ sections: [(String, [String])]) throws -> String {
        let file = try ParametersFile(
            parsing: Array((parameters.joined(separator: "\n") + "\n").utf8), name: "stack.yaml")
        let spec = sections.map { name, lines in
            "\(name):\n" + lines.map { "  \($0)\n" }.joined()
        }.joined()
        let document = try YAMLDocument(parsing: Array(spec.utf8), file: "cluster.yaml")
        let (shape, findings) = StackShape.read(StackValues(file: file), spec: document)
        return try StackTemplate(try #require(shape, "\(findings)")).text(withDefaults: true)
    }

    @Test func `the order of keys changes nothing`() throws {
        let expected = try OrderTests.text(OrderTests.parameters, OrderTests.sections)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<(40 * longFactor) {
            let sections = OrderTests.sections.shuffled(using: &generator)
                .map { ($0.0, $0.1.shuffled(using: &generator)) }
            #expect(try OrderTests.text(OrderTests.parameters.shuffled(using: &generator), sections) == expected)
        }
    }

    @Test func `a format of file changes nothing`() throws {
        let yaml = "ami_id: ami-0a1b2c3d\nvpc_zones: 2\nuser_secrets: [a=b, c=d]\n"
        let list =
            "[{\"ParameterKey\": \"UserSecrets\", \"ParameterValue\": \"a=b,c=d\"}, "
            + "{\"ParameterKey\": \"AmiId\", \"ParameterValue\": \"ami-0a1b2c3d\"}, "
            + "{\"ParameterKey\": \"VpcZones\", \"ParameterValue\": \"2\"}]"
        let cdk = "{\"context\": {\"vpc_zones\": 2, \"user_secrets\": \"a=b, c=d\", \"ami_id\": \"ami-0a1b2c3d\"}}"
        let texts = try [("stack.yaml", yaml), ("p.json", list), ("cdk.json", cdk)].map { name, text in
            let file = try ParametersFile(parsing: Array(text.utf8), name: name)
            return try StackTemplate(try #require(StackShape.read(StackValues(file: file), spec: nil).shape))
                .text(withDefaults: true)
        }
        #expect(Set(texts).count == 1)
    }
}
