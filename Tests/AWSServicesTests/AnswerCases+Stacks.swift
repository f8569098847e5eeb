@testable import AWSClient
import FoundationEssentials
import JSONDocument

extension AnswerCase {
    static let stacks = [
        AnswerCase("cloudformation", "DescribeStacks") {
            // A made-up list may be empty, which CloudFormation's is not.
            (try? await CloudFormation($0).describeStack("app")).map { [$0] } ?? []
        } theirs: {
            $0["Stacks"].list.first.map { [$0.stack] } ?? []
        },
        AnswerCase("cloudformation", "DescribeStackEvents", ["StackName": "app"]) {
            try await CloudFormation($0).describeStackEvents("app").events
        } theirs: {
            $0["StackEvents"].list.map(\.stackEvent)
        },
        AnswerCase("cloudformation", "GetTemplate", ["StackName": "app"]) {
            try await CloudFormation($0).getTemplate(of: "app")
        } theirs: {
            $0.id("TemplateBody")
        },
        AnswerCase("cloudformation", "ListStackResources", ["StackName": "app"]) {
            try await CloudFormation($0).listStackResources("app")
        } theirs: {
            $0["StackResourceSummaries"].list.map { it in
                CloudFormation.StackResource(
                    logicalID: it.id("LogicalResourceId"), physicalID: it["PhysicalResourceId"].text,
                    type: it.id("ResourceType"), status: CloudFormation.ResourceStatus(it.id("ResourceStatus")),
                    reason: it["ResourceStatusReason"].text)
            }
        },
        AnswerCase(
            "cloudformation", "CreateChangeSet",
            ["StackName": "app", "ChangeSetName": "first", "TemplateBody": "{}"]
        ) {
            try await CloudFormation($0).createChangeSet(
                CloudFormation.ChangeSetCreation(
                    stack: "app", name: "first", kind: .create, clientToken: "t", template: .previous))
        } theirs: {
            CloudFormation.ChangeSetIDs(changeSet: $0.id("Id"), stack: $0.id("StackId"))
        },
        AnswerCase("cloudformation", "DescribeChangeSet", ["ChangeSetName": "first", "StackName": "app"]) {
            try await CloudFormation($0).describeChangeSet("first", of: "app")
        } theirs: {
            $0.changeSet
        },
    ]
}

extension Reading {
    fileprivate var stack: CloudFormation.Stack {
        CloudFormation.Stack(
            id: id("StackId"), name: id("StackName"), statusWord: id("StackStatus"),
            statusReason: self["StackStatusReason"].text, description: self["Description"].text,
            changeSetID: self["ChangeSetId"].text,
            creationTime: self["CreationTime"].time ?? .distantPast, lastUpdatedTime: self["LastUpdatedTime"].time,
            parameters: pairs("Parameters", "ParameterKey", "ParameterValue"),
            outputs: self["Outputs"].list.compactMap { output in
                output["OutputKey"].text.map {
                    CloudFormation.Output(
                        key: $0, value: output["OutputValue"].text ?? "", description: output["Description"].text)
                }
            }, tags: pairs("Tags", "Key", "Value"), isProtected: self["EnableTerminationProtection"].flag ?? false)
    }

    fileprivate var stackEvent: CloudFormation.StackEvent {
        CloudFormation.StackEvent(
            id: id("EventId"), stackID: id("StackId"), logicalID: self["LogicalResourceId"].text ?? "",
            physicalID: self["PhysicalResourceId"].text, resourceType: self["ResourceType"].text ?? "",
            time: self["Timestamp"].time ?? .distantPast,
            status: CloudFormation.ResourceStatus(self["ResourceStatus"].text ?? ""),
            reason: self["ResourceStatusReason"].text, token: self["ClientRequestToken"].text)
    }

    fileprivate var changeSet: CloudFormation.ChangeSet {
        CloudFormation.ChangeSet(
            id: id("ChangeSetId"), name: id("ChangeSetName"), stackID: id("StackId"),
            status: self["Status"].text.flatMap(CloudFormation.ChangeSetStatus.init),
            statusReason: self["StatusReason"].text,
            execution: self["ExecutionStatus"].text.flatMap(CloudFormation.ExecutionStatus.init),
            changes: self["Changes"].list.map { $0["ResourceChange"] }.filter { $0 != .none }.map(\.resourceChange))
    }

    private var resourceChange: CloudFormation.ResourceChange {
        CloudFormation.ResourceChange(
            logicalID: self["LogicalResourceId"].text ?? "", physicalID: self["PhysicalResourceId"].text,
            type: self["ResourceType"].text ?? "",
            action: self["Action"].text.flatMap(CloudFormation.ResourceChange.Action.init),
            replacement: self["Replacement"].text.flatMap(CloudFormation.ResourceChange.Replacement.init),
            policy: self["PolicyAction"].text, scope: self["Scope"].list.map { $0.text ?? "" },
            details: self["Details"].list.map { detail in
                let target = detail["Target"]
                return CloudFormation.ResourceChange.Detail(
                    attribute: target["Attribute"].text ?? "", property: target["Name"].text,
                    path: target["Path"].text, before: target["BeforeValue"].text, after: target["AfterValue"].text,
                    source: detail["ChangeSource"].text, cause: detail["CausingEntity"].text,
                    isDynamic: detail["Evaluation"].text == "Dynamic")
            })
    }

    private func pairs(_ list: String, _ key: String, _ value: String) -> [String: String] {
        let pairs = self[list].list.compactMap { item in item[key].text.map { ($0, item[value].text ?? "") } }
        return Dictionary(pairs) { first, _ in first }
    }
}
