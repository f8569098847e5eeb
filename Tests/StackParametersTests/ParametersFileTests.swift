import Diagnostics
import StackParameters
import Testing

@Suite struct ParametersFileTests {
    private func outline(_ text: String, _ name: String) throws -> [String] {
        let file = try parameters(text, name)
        return ["\(file.format)"]
            + file.entries.map {
                "\($0.location.line):\($0.location.column) \($0.name)"
                    + ($0.name == $0.spelling ? "" : " as \($0.spelling)") + ($0.value.map { "=\($0)" } ?? "")
            }
    }

    @Test func `YAML is a mapping of names to values and lists`() throws {
        let text = "# c\nami_id: x\nvpc_id:\nsubnet_ids: [a, 'b']\nmine: \"é\"\ndisk_size: 20\n"
        #expect(
            try outline(text, "stack.yaml")
                == ["yaml", "2:9 ami_id=x", "3:8 vpc_id", "4:13 subnet_ids=a,b", "5:7 mine=é", "6:12 disk_size=20"])
        #expect(try outline("# only\n", "a.yaml") == ["yaml"])
        #expect(try outline("subnet_ids:\n- a\n", "parameters") == ["yaml", "2:1 subnet_ids=a"])
        #expect(try outline(#"{"ami_id": "x"}"#, "a.yaml") == ["yaml", "1:12 ami_id=x"])
    }

    @Test func `CloudFormation's list is read in both spellings`() throws {
        let text = """
            [{"ParameterKey": "AmiId", "ParameterValue": "x"}, {"ParameterKey": "vpc_id", "ParameterValue": null},
             {"ParameterValue": 20, "ParameterKey": "DbReplicaCount"}, {"ParameterKey": "Mine", "ParameterValue": ""},
             {"ParameterKey": "SubnetIds", "UsePreviousValue": true}]
            """
        #expect(
            try outline(text, "p.json") == [
                "cloudFormation", "1:46 ami_id as AmiId=x", "1:97 vpc_id", "2:21 db_replica_count as DbReplicaCount=20",
                "2:103 Mine=", "3:19 subnet_ids as SubnetIds",
            ])
        let file = try parameters(text, "p.json")
        #expect(file.value(of: "ami_id") == "x")
        #expect(file.value(of: "AmiId") == "x")
        #expect(file.value(of: "subnet_ids") == nil)
    }

    @Test func `the CDK's context is read beside other people's keys`() throws {
        let text = """
            {"app": "x", "context": {"@aws-cdk/core:a": true, "list": ["a"], "o": {"ami_id": "no"},
             "ami_id": "x", "subnet_ids": ["a", "b"], "disk_size": 20}}
            """
        let entries = ["2:12 ami_id=x", "2:31 subnet_ids=a,b", "2:56 disk_size=20"]
        #expect(try outline(text, "cdk.json") == ["cdk", "1:45 @aws-cdk/core:a=true"] + entries)
        #expect(try outline(#"{"app": "x"}"#, "cdk.json") == ["cdk"])
        #expect(try outline(#"{"k": "x", "l": []}"#, "cdk.context.json") == ["cdk", "1:7 k=x"])
    }

    @Test func `a flat object is read with its lists`() throws {
        let text = #"{"ami_id": "x", "zones": ["a", 1], "debug": false, "tags": {"a": "b"}, "vpc_id": null, "n": [[]]}"#
        #expect(
            try outline(text, "x.tfvars.json")
                == ["json", "1:12 ami_id=x", "1:26 zones=a,1", "1:45 debug=false", "1:82 vpc_id"])
        #expect(try outline(#"{"context": {"ami_id": "x"}}"#, "x.tfvars.json") == ["json"])
        #expect(try outline(#"{"ami_id": "x"}"#, "parameters") == ["json", "1:12 ami_id=x"])
    }

    private static let bad: [(String, String, String)] = [
        (
            "a.yaml", "ami_id: x\nami_id: y\n",
            """
            a.yaml:2:1: error: duplicate key 'ami_id'
            a.yaml:2:1: note: The first one is on line 1; remove one of them.
            """
        ),
        (
            "p.json", "[{\"ParameterKey\": \"a\"},\n{\"ParameterKey\": \"a\"}]",
            """
            p.json:2:18: error: [a] duplicate ParameterKey
            p.json:2:18: note: The first one is at p.json:1:19; remove one of them.
            """
        ),
        (
            "cdk.json", "{\"context\": {\"ami_id\": \"x\",\n\"ami_id\": \"y\"}}",
            """
            cdk.json:2:1: error: duplicate key
            cdk.json:2:1: note: Remove one.
            cdk.json:2:1: note: The first one is at cdk.json:1:14.
            """
        ),
        (
            "a.yaml", "vpc_id: {a: b}\nsubnet_ids: [[a]]\nx:\n  y: z\n",
            """
            a.yaml:1:9: error: [vpc_id] expected a value or a list of values
            a.yaml:2:13: error: [subnet_ids] expected a value or a list of values
            a.yaml:4:3: error: [x] expected a value or a list of values
            """
        ),
        ("a.yaml", "- a\n", "a.yaml:1:1: error: expected a mapping of names to values"),
        ("a.yaml", "ami_id: [a]\n", "a.yaml:1:9: error: [ami_id] expected one value, not a list"),
        (
            "a.yaml", "ami_id: |\n  x\n",
            "a.yaml:1:9: error: [ami_id] the value has a line break or another control character"
        ),
        (
            "x.tfvars.json", #"{"ami_id": {"a": "b"}}"#,
            "x.tfvars.json:1:12: error: [ami_id] expected a text, a number or a list of these"
        ),
        ("cdk.json", #"{"context": "x"}"#, "cdk.json:1:13: error: [context] expected an object"),
        ("p.json", "[1]", "p.json:1:2: error: expected an object with a ParameterKey"),
        (
            "p.json", #"[{"ParameterKey": "a", "ParameterValue": ["b"]}]"#,
            "p.json:1:42: error: [a] expected a text, not a list or an object"
        ),
        (
            "p.json", #"[{"ParameterKey": "a", "ParameterValue": "b", "UsePreviousValue": true}]"#,
            """
            p.json:1:67: error: [a] CloudFormation refuses UsePreviousValue together with a ParameterValue
            p.json:1:67: note: Remove one of them.
            """
        ),
        (
            "a.yaml", "a: b\0",
            """
            a.yaml:1:1: error: the file is binary, or text in UTF-16
            a.yaml:1:1: note: A parameters file is text in UTF-8.
            """
        ),
        (
            "x.tfvars", "ami_id = \"x\"\n",
            """
            x.tfvars:1:1: error: Terraform's own language is not read
            x.tfvars:1:1: note: Write the variables into a file called *.tfvars.json.
            """
        ),
        ("p.json", "\"x\"", "p.json:1:1: error: expected an object or a list of parameters\n" + names("p.json")),
        ("stack.conf", "", "stack.conf:1:1: error: the name of the file tells no format\n" + names("stack.conf")),
        (
            "p.json", #"{"Parameters": {"AmiId": "x"}}"#,
            "p.json:1:1: error: AWS CodePipeline's template configuration is not read\n" + names("p.json")
        ),
        ("p.json", "ami_id: x", "p.json:1:1: error: expected a value, found 'a'"),
        ("stack.conf", "ami_id = x\n", "stack.conf:1:1: error: expected a mapping of names to values"),
    ]

    private static func names(_ file: String) -> String {
        "\(file):1:1: note: Name it *.yaml, or *.json for CloudFormation's list, cdk.json, cdk.context.json, or "
            + "*.tfvars.json."
    }

    @Test(arguments: bad)
    func `what cannot be read is refused with its places`(file: String, text: String, message: String) {
        #expect(errors(in: text, file) == message)
    }

    @Test func `values that are plainly wrong are objected to with their places`() throws {
        let text = "ami_id: ami-0a1b2c3d\nvpc_id: subnet-0a1b2c3d\ndisk_size: big\nmine: x\n"
        #expect(
            try parameters(text, "a.yaml").objections().map(\.description) == [
                "a.yaml:2:9: error: [vpc_id] expected vpc- and 8 or 17 hexadecimal digits",
                "a.yaml:3:12: error: [disk_size] expected a whole number from 1 to 65536",
            ])
    }

    private static let refused: [(String, String, ParametersError.Code, String)] = [
        ("ami", "x", .unknownName, "error: there is no parameter 'ami'\nnote: did you mean ami_id?"),
        ("mien", "x", .unknownName, "error: there is no parameter 'mien'\nnote: did you mean mine?"),
        ("ami_id", "x\ny", .badValue, "error: [ami_id] the value has a line break or another control character"),
        ("ami_id", "x\u{7F}", .badValue, "error: [ami_id] the value has a line break or another control character"),
    ]

    @Test(arguments: refused)
    func `what cannot be set is refused`(
        name: String, value: String, code: ParametersError.Code, message: String
    ) throws {
        let file = try parameters("mine: x\n", "a.yaml")
        let error = #expect(throws: ParametersError.self) { try file.setting(name, to: value) }
        #expect(error?.code == code)
        #expect(error?.description == message)
    }

    @Test func `a list in YAML without brackets is not emptied`() throws {
        let file = try parameters("subnet_ids:\n- a\n", "a.yaml")
        let error = #expect(throws: ParametersError.self) { try file.setting("subnet_ids", to: "") }
        #expect(
            error?.description == """
                a.yaml:2:1: error: [subnet_ids] the list cannot be changed here
                a.yaml:2:1: note: Edit the file by hand.
                """)
    }
}
