import AWSClient
import JSONDocument

extension RequestCase {
    private static let stack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1"
    private static let set = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/first/1"

    private static let creation = {
        var creation = CloudFormation.ChangeSetCreation(
            stack: "app", name: "first", kind: .create, clientToken: "t-1", template: .body(awkward))
        creation.parameters = ["B": .text(awkward), "A": .previous]
        creation.capabilities = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
        creation.tags = ["owner": awkward, "a": "b"]
        creation.description = awkward
        creation.onFailure = .rollBack
        return creation
    }()

    static let stacks = [
        RequestCase("cloudformation", "DescribeStacks", ["StackName": "app"]) {
            _ = try await CloudFormation($0).describeStack("app")
        },
        RequestCase("cloudformation", "GetTemplate", ["StackName": "app", "TemplateStage": "Original"]) {
            _ = try await CloudFormation($0).getTemplate(of: "app")
        },
        RequestCase(
            "cloudformation", "DeleteStack",
            ["StackName": .string(stack), "ClientRequestToken": "t-1", "RetainResources": ["A", "B"]]
        ) {
            try await CloudFormation($0).deleteStack(stack, retaining: ["A", "B"], token: "t-1")
        },
        RequestCase(
            "cloudformation", "ContinueUpdateRollback",
            ["StackName": .string(stack), "ClientRequestToken": "t-1", "ResourcesToSkip": ["A"]]
        ) {
            try await CloudFormation($0).continueUpdateRollback(stack, skipping: ["A"], token: "t-1")
        },
        RequestCase("cloudformation", "DescribeStackEvents", ["StackName": "app", "NextToken": .string(awkward)]) {
            _ = try await CloudFormation($0).describeStackEvents("app", page: awkward)
        },
        RequestCase("cloudformation", "ListStackResources", ["StackName": "app"]) {
            _ = try await CloudFormation($0).listStackResources("app")
        },
        RequestCase(
            "cloudformation", "SignalResource",
            ["StackName": "app", "LogicalResourceId": "Group", "UniqueId": "i-1", "Status": "FAILURE"]
        ) {
            _ = try await ResourceSignal(stack: "app", resource: "Group", instanceID: "i-1").send(.failure, by: $0)
        },
        RequestCase(
            "cloudformation", "CreateChangeSet",
            [
                "StackName": "app", "ChangeSetName": "first", "ChangeSetType": "CREATE", "ClientToken": "t-1",
                "TemplateBody": .string(awkward),
                "Parameters": [
                    ["ParameterKey": "A", "UsePreviousValue": true],
                    ["ParameterKey": "B", "ParameterValue": .string(awkward)],
                ],
                "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
                "Tags": [["Key": "a", "Value": "b"], ["Key": "owner", "Value": .string(awkward)]],
                "Description": .string(awkward), "OnStackFailure": "ROLLBACK",
            ]
        ) {
            _ = try await CloudFormation($0).createChangeSet(creation)
        },
        RequestCase(
            "cloudformation", "CreateChangeSet",
            [
                "StackName": "app", "ChangeSetName": "second", "ChangeSetType": "UPDATE", "ClientToken": "t-2",
                "TemplateURL": "https://b.s3.eu-west-1.amazonaws.com/k",
            ]
        ) {
            _ = try await CloudFormation($0).createChangeSet(
                CloudFormation.ChangeSetCreation(
                    stack: "app", name: "second", kind: .update, clientToken: "t-2",
                    template: .url("https://b.s3.eu-west-1.amazonaws.com/k")))
        },
        RequestCase(
            "cloudformation", "CreateChangeSet",
            [
                "StackName": "app", "ChangeSetName": "third", "ChangeSetType": "UPDATE", "ClientToken": "t-3",
                "UsePreviousTemplate": true,
            ]
        ) {
            _ = try await CloudFormation($0).createChangeSet(
                CloudFormation.ChangeSetCreation(
                    stack: "app", name: "third", kind: .update, clientToken: "t-3", template: .previous))
        },
        RequestCase(
            "cloudformation", "DescribeChangeSet",
            ["ChangeSetName": "first", "StackName": "app", "IncludePropertyValues": true]
        ) {
            _ = try await CloudFormation($0).describeChangeSet("first", of: "app")
        },
        RequestCase(
            "cloudformation", "ExecuteChangeSet", ["ChangeSetName": .string(set), "ClientRequestToken": "t-1"]
        ) {
            try await CloudFormation($0).executeChangeSet(set, token: "t-1")
        },
        RequestCase("cloudformation", "DeleteChangeSet", ["ChangeSetName": .string(set)]) {
            try await CloudFormation($0).deleteChangeSet(set)
        },
    ]
}
