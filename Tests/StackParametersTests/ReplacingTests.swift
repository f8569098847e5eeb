import StackParameters
import Testing

/// The whole file after the value of a parameter that is there has changed.
@Suite struct ReplacingTests {
    private static let yaml: [Edit] = [
        Edit(
            "stack.yaml",
            """
            # The stack.
            ami_id: ami-0a1b2c3d   # written by build-ami

            "vpc_id" : 'vpc-0a1b2c3d'
            disk_size: 20

            """, "ami_id", "ami-11112222",
            """
            # The stack.
            ami_id: ami-11112222   # written by build-ami

            "vpc_id" : 'vpc-0a1b2c3d'
            disk_size: 20

            """),
        Edit("a.yml", "a: b\r\nami_id: \"x\"\r\n# c", "ami_id", "y", "a: b\r\nami_id: \"y\"\r\n# c"),
        Edit("a.yaml", "ami_id:", "ami_id", "y", "ami_id: y"),
        Edit("a.yaml", "ami_id: ~ # none\n", "ami_id", "y", "ami_id: y # none\n"),
        Edit(
            "a.yaml", "{\"ami_id\":\"x\",\"disk_size\":20}\n", "disk_size", "30",
            "{\"ami_id\":\"x\",\"disk_size\":30}\n"),
        Edit("a.yaml", "mine: x\n", "mine", "y: z", "mine: 'y: z'\n"),
        Edit("params", "ami_id: x\n", "ami_id", "y", "ami_id: y\n"),
    ]

    @Test(arguments: yaml)
    func `a value in YAML keeps its quotes and its comment`(edit: Edit) throws {
        #expect(try edit.run() == edit.after)
    }

    private static let lists: [Edit] = [
        Edit("a.yaml", "subnet_ids: [a, b]\n", "subnet_ids", "a,c", "subnet_ids: [a, c]\n"),
        Edit("a.yaml", "subnet_ids: [ 'a' ] # c\n", "subnet_ids", "a, b,c", "subnet_ids: [ 'a', 'b', 'c' ] # c\n"),
        Edit("a.yaml", "subnet_ids: []\n", "subnet_ids", "a,b", "subnet_ids: [a, b]\n"),
        Edit("a.yaml", "subnet_ids: [a,b]\n", "subnet_ids", "", "subnet_ids: []\n"),
        Edit(
            "a.yaml", "subnet_ids:\r\n  - a # one\r\n  - b # two\r\n# end", "subnet_ids", "a,c,d",
            "subnet_ids:\r\n  - a # one\r\n  - c # two\r\n  - d\r\n# end"),
        Edit(
            "a.yaml", "subnet_ids:\n- \"a\"\n# c\n- \"b\"\nx: y", "subnet_ids", "b",
            "subnet_ids:\n- \"b\"\nx: y"),
        Edit("a.yaml", "subnet_ids:\n- a", "subnet_ids", "a,b", "subnet_ids:\n- a\n- b"),
        Edit(
            "x.tfvars.json", "{\n  \"subnet_ids\": [\n    \"a\",\n    \"b\"\n  ]\n}", "subnet_ids", "c",
            "{\n  \"subnet_ids\": [\n    \"c\"\n  ]\n}"),
        Edit(
            "cdk.json", #"{"context": {"subnet_ids": ["a", "b"]}}"#, "subnet_ids", "a,b,c",
            #"{"context": {"subnet_ids": ["a", "b", "c"]}}"#),
        Edit(
            "cdk.json", #"{"context": {"subnet_ids": "a,b"}}"#, "subnet_ids", "a,c",
            #"{"context": {"subnet_ids": "a,c"}}"#),
    ]

    @Test(arguments: lists)
    func `a list stays a list in its style`(edit: Edit) throws {
        #expect(try edit.run() == edit.after)
    }

    private static let cloudFormation: [Edit] = [
        Edit(
            "params.json",
            """
            [
                {
                    "ParameterKey": "AmiId",
                    "ParameterValue": "ami-0a1b2c3d"
                },
                {
                    "ParameterKey": "VpcId",
                    "UsePreviousValue": true
                }
            ]

            """, "ami_id", "ami-11112222",
            """
            [
                {
                    "ParameterKey": "AmiId",
                    "ParameterValue": "ami-11112222"
                },
                {
                    "ParameterKey": "VpcId",
                    "UsePreviousValue": true
                }
            ]

            """),
        Edit(
            "p.json", #"[{"ParameterKey": "VpcId", "UsePreviousValue": true, "ResolvedValue": "v"}]"#, "vpc_id", "x",
            #"[{"ParameterKey": "VpcId", "ParameterValue": "x", "ResolvedValue": "v"}]"#),
        Edit(
            "p.json", #"[{"UsePreviousValue": false, "ParameterKey": "vpc_id"}]"#, "vpc_id", "x",
            #"[{"UsePreviousValue": false, "ParameterKey": "vpc_id", "ParameterValue": "x"}]"#),
        Edit(
            "p.json", #"[{"ParameterKey":"DiskSize","ParameterValue":20}]"#, "disk_size", "30",
            #"[{"ParameterKey":"DiskSize","ParameterValue":30}]"#),
        Edit(
            "p.json",
            #"[{"ParameterKey":"AmiId","ParameterValue":"a"},{"ParameterKey":"ami_id","ParameterValue":"b"}]"#,
            "ami_id", "c",
            #"[{"ParameterKey":"AmiId","ParameterValue":"a"},{"ParameterKey":"ami_id","ParameterValue":"c"}]"#),
        Edit(
            "p.yaml", #"[{"ParameterKey":"Other","ParameterValue":"a"}]"#, "Other", "b",
            #"[{"ParameterKey":"Other","ParameterValue":"b"}]"#),
    ]

    @Test(arguments: cloudFormation)
    func `an element of CloudFormation's list keeps its other members`(edit: Edit) throws {
        #expect(try edit.run() == edit.after)
    }

    private static let objects: [Edit] = [
        Edit(
            "cdk.json",
            """
            {
              "app": "python3 app.py",
              "context": {
                "@aws-cdk/core:stackRelativeExports": true,
                "ami_id": "ami-0a1b2c3d"
              }
            }

            """, "ami_id", "ami-11112222",
            """
            {
              "app": "python3 app.py",
              "context": {
                "@aws-cdk/core:stackRelativeExports": true,
                "ami_id": "ami-11112222"
              }
            }

            """),
        Edit(
            "a/cdk.context.json", #"{"vpc-provider:account=1": {"vpcId": "v"}, "ami_id": "a"}"#, "ami_id", "b",
            #"{"vpc-provider:account=1": {"vpcId": "v"}, "ami_id": "b"}"#),
        Edit("cdk.context.json", #"{"context":{"ami_id":"a"}}"#, "ami_id", "b", #"{"context":{"ami_id":"b"}}"#),
        Edit("x.tfvars.json", "\u{FEFF}{\"ami_id\":null}", "ami_id", "b", "\u{FEFF}{\"ami_id\":\"b\"}"),
        Edit("x.tfvars.json", #"{"disk_size": 20}"#, "disk_size", "30", #"{"disk_size": 30}"#),
        Edit("x.tfvars.json", #"{"disk_size": 20}"#, "disk_size", "030", #"{"disk_size": "030"}"#),
        Edit("x.tfvars.json", #"{"disk_size": "20"}"#, "disk_size", "30", #"{"disk_size": "30"}"#),
        Edit("x.tfvars.json", #"{"debug": true}"#, "debug", "false", #"{"debug": false}"#),
        Edit("x.tfvars.json", #"{"debug": true}"#, "debug", "no", #"{"debug": "no"}"#),
        Edit("x.tfvars.json", #"{"ratio": 1.5}"#, "ratio", "2.25", #"{"ratio": 2.25}"#),
        Edit("x.tfvars.json", #"{"ratio": 1.5}"#, "ratio", "2.50", #"{"ratio": "2.50"}"#),
        Edit("x.tfvars.json", #"{"n": 1}"#, "n", "12345678901234567890", #"{"n": "12345678901234567890"}"#),
        Edit("x.tfvars.json", #"{"n": 1}"#, "n", "-9223372036854775808", #"{"n": "-9223372036854775808"}"#),
        Edit("x.tfvars.json", #"{"n": 1}"#, "n", "1.0", #"{"n": 1.0}"#),
    ]

    @Test(arguments: objects)
    func `a value in an object keeps its kind where it can`(edit: Edit) throws {
        #expect(try edit.run() == edit.after)
    }

    private static let unchanged: [(String, String, String, String)] = [
        ("a.yaml", "ami_id:   'x'  # c\r\n", "ami_id", "x"),
        ("a.yaml", "subnet_ids: [ a ,b ]", "subnet_ids", "a, b"),
        ("x.tfvars.json", #"{"disk_size":2.0e1,"ami_id":"\u0061"}"#, "ami_id", "a"),
        ("x.tfvars.json", #"{"disk_size":2.0e1}"#, "disk_size", "2.0e1"),
        ("p.json", #"[{"ParameterKey":"AmiId","ParameterValue":"a"}]"#, "ami_id", "a"),
        ("cdk.json", #"{"context":{"subnet_ids":["a","b"]}}"#, "subnet_ids", "a,b"),
    ]

    @Test(arguments: unchanged)
    func `a value that is there already leaves the bytes`(file: String, text: String, name: String, value: String)
        throws
    {
        #expect(try parameters(text, file).setting(name, to: value).bytes == Array(text.utf8))
    }
}
