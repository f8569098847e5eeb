import StackParameters
import Testing

/// The whole file after a parameter that was not there has been set.
@Suite struct AddingTests {
    private static let yaml: [Edit] = [
        Edit(
            "stack.yaml", "# c\nami_id: x # d\n\n# end\n", "disk_size", "30",
            "# c\nami_id: x # d\ndisk_size: 30\n\n# end\n"),
        Edit("a.yaml", "", "ami_id", "x", "ami_id: x\n"),
        Edit("a.yaml", "# c\n", "ami_id", "x", "# c\nami_id: x\n"),
        Edit("a.yaml", "# c", "ami_id", "x", "# c\nami_id: x"),
        Edit("a.yaml", "\u{FEFF}# c\r\n", "ami_id", "x", "\u{FEFF}# c\r\nami_id: x\r\n"),
        Edit("a.yaml", "---\n", "ami_id", "x", "---\nami_id: x\n"),
        Edit("a.yaml", "vpc_id: v", "ami_id", "x", "vpc_id: v\nami_id: x"),
        Edit("a.yaml", "vpc_id: v # c", "ami_id", "x", "vpc_id: v # c\nami_id: x"),
        Edit("a.yaml", "vpc_id: v\n...\n", "ami_id", "x", "vpc_id: v\nami_id: x\n...\n"),
        Edit("a.yaml", "  vpc_id:\r\n", "ami_id", "x", "  vpc_id:\r\n  ami_id: x\r\n"),
        Edit("a.yaml", "vpc_id : v\n", "ami_id", "x", "vpc_id : v\nami_id : x\n"),
        Edit(
            "a.yaml", "vpc_id:        v\ninstance_type: t\n", "ami_id", "x",
            "vpc_id:        v\ninstance_type: t\nami_id:        x\n"),
        Edit(
            "a.yaml", "vpc_id: \"v\"\ninstance_type: \"t\"\n", "ami_id", "x",
            "vpc_id: \"v\"\ninstance_type: \"t\"\nami_id: \"x\"\n"),
        Edit("a.yaml", "'vpc_id': 'v'\n", "ami_id", "x", "'vpc_id': 'v'\n'ami_id': 'x'\n"),
        Edit(
            "a.yaml", "vpc_id: \"v\"\ndisk_size: 20\n", "min_capacity", "2",
            "vpc_id: \"v\"\ndisk_size: 20\nmin_capacity: 2\n"),
        Edit("a.yaml", "vpc_id: v\n", "subnet_ids", "a,b", "vpc_id: v\nsubnet_ids: a,b\n"),
        Edit(
            "a.yaml", "subnet_ids:\n  - a\n  - b\n# c\n", "ami_id", "x", "subnet_ids:\n  - a\n  - b\nami_id: x\n# c\n"),
        Edit("a.yaml", "note: |\n  text\n\n# c\n", "ami_id", "x", "note: |\n  text\nami_id: x\n\n# c\n"),
        Edit("a.yaml", "# c\nnote: |\n  text", "ami_id", "x", "# c\nami_id: x\nnote: |\n  text"),
        Edit("a.yaml", "{}", "ami_id", "x", "{ami_id: x}"),
        Edit("a.yaml", "{ }\n", "ami_id", "x", "{ ami_id: x }\n"),
        Edit("a.yaml", "{vpc_id: v}\n", "ami_id", "x", "{vpc_id: v, ami_id: x}\n"),
        Edit("a.yaml", "{vpc_id: v,}\n", "subnet_ids", "a,b", "{vpc_id: v, subnet_ids: 'a,b',}\n"),
        Edit(
            "a.yaml", "{\n  \"vpc_id\": \"v\"\n}\n", "ami_id", "x",
            "{\n  \"vpc_id\": \"v\",\n  \"ami_id\": \"x\"\n}\n"),
    ]

    @Test(arguments: yaml)
    func `an entry in YAML follows the last one in its style`(edit: Edit) throws {
        #expect(try edit.run() == edit.after)
    }

    private static let json: [Edit] = [
        Edit(
            "p.json", #"[{"ParameterKey":"VpcId","ParameterValue":"v"}]"#, "ami_id", "x",
            #"[{"ParameterKey":"VpcId","ParameterValue":"v"},{"ParameterKey":"AmiId","ParameterValue":"x"}]"#),
        Edit(
            "p.json",
            """
            [
              {
                "ParameterKey": "vpc_id",
                "ParameterValue": "v"
              }
            ]

            """, "db_replica_count", "2",
            """
            [
              {
                "ParameterKey": "vpc_id",
                "ParameterValue": "v"
              },
              {
                "ParameterKey": "db_replica_count",
                "ParameterValue": "2"
              }
            ]

            """),
        Edit(
            "p.json", "[]", "ami_id", "x",
            "[\n  {\n    \"ParameterKey\": \"ami_id\",\n    \"ParameterValue\": \"x\"\n  }\n]"),
        Edit(
            "cdk.json", "{\n\t\"app\": \"a\",\n\t\"context\": {}\n}\n", "ami_id", "x",
            "{\n\t\"app\": \"a\",\n\t\"context\": {\n\t\t\"ami_id\": \"x\"\n\t}\n}\n"),
        Edit(
            "cdk.json", "{\r\n    \"app\": \"a\"\r\n}", "ami_id", "x",
            "{\r\n    \"app\": \"a\",\r\n    \"context\": {\r\n        \"ami_id\": \"x\"\r\n    }\r\n}"),
        Edit("cdk.json", "{}\n", "ami_id", "x", "{\n  \"context\": {\n    \"ami_id\": \"x\"\n  }\n}\n"),
        Edit("cdk.json", #"{"app":"a"}"#, "ami_id", "x", #"{"app":"a","context":{"ami_id":"x"}}"#),
        Edit("other.json", #"{"context":{"a":"b"}}"#, "ami_id", "x", #"{"context":{"a":"b","ami_id":"x"}}"#),
        Edit("cdk.context.json", "{\n  \"k\": [1]\n}\n", "ami_id", "x", "{\n  \"k\": [1],\n  \"ami_id\": \"x\"\n}\n"),
        Edit("x.tfvars.json", "{}\n", "disk_size", "30", "{\n  \"disk_size\": \"30\"\n}\n"),
        Edit(
            "x.tfvars.json", #"{ "min_capacity": 2, "ami_id": "a" }"#, "disk_size", "30",
            #"{ "min_capacity": 2, "ami_id": "a", "disk_size": 30 }"#),
        Edit(
            "x.tfvars.json", #"{"min_capacity": "2"}"#, "disk_size", "30", #"{"min_capacity": "2", "disk_size": "30"}"#),
    ]

    @Test(arguments: json)
    func `a member or an element in JSON follows the last one in its style`(edit: Edit) throws {
        #expect(try edit.run() == edit.after)
    }

    private static let made: [(String, ParametersFormat, String)] = [
        ("stack.yaml", .yaml, "ami_id: x\n"), ("stack.YML", .yaml, "ami_id: x\n"),
        ("a/cdk.json", .cdk, "{\n  \"context\": {\n    \"ami_id\": \"x\"\n  }\n}\n"),
        ("cdk.context.json", .cdk, "{\n  \"ami_id\": \"x\"\n}\n"),
        ("prod.tfvars.json", .json, "{\n  \"ami_id\": \"x\"\n}\n"),
        (
            "params.json", .cloudFormation,
            "[\n  {\n    \"ParameterKey\": \"ami_id\",\n    \"ParameterValue\": \"x\"\n  }\n]\n"
        ),
    ]

    @Test(arguments: made)
    func `a file that is not there is made as its name says`(
        name: String, format: ParametersFormat, text: String
    ) throws {
        let file = try ParametersFile(absent: name)
        #expect(file.entries.isEmpty)
        #expect(file.format == format)
        let made = try file.setting("ami_id", to: "x")
        #expect(String(decoding: made.bytes, as: UTF8.self) == text)
        #expect(made.format == format)
    }

    @Test(arguments: made.map(\.0))
    func `a second parameter is put below the first`(name: String) throws {
        let file = try ParametersFile(absent: name).setting("ami_id", to: "x").setting("disk_size", to: "30")
        #expect(file.entries.map(\.name) == ["ami_id", "disk_size"])
        #expect(file.entries.map(\.value) == ["x", "30"])
        #expect(file.bytes.last == 0x0A)
    }
}
