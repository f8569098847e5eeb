import FoundationEssentials
import TestBasics

/// The calls that only read.
extension CloudState {
    func describeStacks(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let stack = stacks[try place(form)]
        let state = stack.state(at: now - settings.statusLag)
        let xml = CloudXML(
            "member",
            [
                CloudXML("StackId", stack.id), CloudXML("StackName", stack.name), CloudXML("StackStatus", state.word),
                state.reason.map { CloudXML("StackStatusReason", $0) },
                (stack.next ?? stack.current).description.map { CloudXML("Description", $0) },
                stack.changeSetID.map { CloudXML("ChangeSetId", $0) },
                CloudXML("CreationTime", date(stack.creation)),
                stack.updated.map { CloudXML("LastUpdatedTime", date($0)) },
                CloudXML("EnableTerminationProtection", stack.isProtected ? "true" : "false"),
                CloudXML(
                    "Parameters",
                    stack.current.parameters.sorted { $0.key < $1.key }.map {
                        CloudXML("member", [CloudXML("ParameterKey", $0.key), CloudXML("ParameterValue", $0.value)])
                    }),
                CloudXML(
                    "Outputs",
                    stack.current.outputs.map {
                        CloudXML(
                            "member",
                            [
                                CloudXML("OutputKey", $0.key),
                                CloudXML("OutputValue", settings.outputs[$0.key] ?? $0.value),
                            ])
                    }),
                CloudXML(
                    "Tags",
                    stack.tags.sorted { $0.key < $1.key }.map {
                        CloudXML("member", [CloudXML("Key", $0.key), CloudXML("Value", $0.value)])
                    }),
            ])
        return CloudXML("DescribeStacksResult", [CloudXML("Stacks", [xml])])
    }

    func describeStackEvents(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let stack = stacks[try place(form)]
        let shown = stack.events.enumerated().filter { $0.element.shows <= now }
            .sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }.map(\.element)
        let start = form["NextToken"].flatMap { Int($0) } ?? 0
        let page = shown.dropFirst(start).prefix(settings.pageSize)
        let end = start + page.count
        return CloudXML(
            "DescribeStackEventsResult",
            [
                CloudXML(
                    "StackEvents",
                    page.map { event in
                        CloudXML(
                            "member",
                            [
                                CloudXML("EventId", event.id), CloudXML("StackId", stack.id),
                                CloudXML("StackName", stack.name), CloudXML("LogicalResourceId", event.logicalID),
                                CloudXML("PhysicalResourceId", event.physicalID),
                                CloudXML("ResourceType", event.type), CloudXML("Timestamp", date(event.at)),
                                CloudXML("ResourceStatus", event.word),
                                event.reason.map { CloudXML("ResourceStatusReason", $0) },
                                event.token.map { CloudXML("ClientRequestToken", $0) },
                            ])
                    }), end < shown.count ? CloudXML("NextToken", "\(end)") : nil,
            ])
    }

    func describeChangeSet(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let (place, index) = try changeSet(form)
        let set = stacks[place].changeSets[index]
        let isReady = set.status(at: now) != "CREATE_IN_PROGRESS"
        let start = form["NextToken"].flatMap { Int($0) } ?? 0
        let changes = isReady ? set.changes.dropFirst(start).prefix(settings.pageSize) : []
        let end = start + changes.count
        return CloudXML(
            "DescribeChangeSetResult",
            [
                CloudXML("ChangeSetName", set.name), CloudXML("ChangeSetId", set.id),
                CloudXML("StackId", stacks[place].id), CloudXML("StackName", stacks[place].name),
                CloudXML("Status", set.status(at: now)),
                CloudXML("ExecutionStatus", set.executionStatus(at: now)),
                isReady ? set.trouble.map { CloudXML("StatusReason", $0) } : nil,
                CloudXML("Changes", changes.map(CloudState.xml)),
                isReady && end < set.changes.count ? CloudXML("NextToken", "\(end)") : nil,
            ])
    }

    private static func xml(_ change: CloudChange) -> CloudXML {
        let details = change.details.map { detail in
            CloudXML(
                "member",
                [
                    CloudXML(
                        "Target",
                        [
                            CloudXML("Attribute", "Properties"), CloudXML("Name", detail.property),
                            CloudXML("Path", "/Properties/\(detail.property)"),
                            detail.before.map { CloudXML("BeforeValue", $0) },
                            detail.after.map { CloudXML("AfterValue", $0) },
                        ]), CloudXML("ChangeSource", detail.source),
                    CloudXML("Evaluation", detail.source == "ResourceAttribute" ? "Dynamic" : "Static"),
                    detail.cause.map { CloudXML("CausingEntity", $0) },
                ])
        }
        return CloudXML(
            "member",
            [
                CloudXML("Type", "Resource"),
                CloudXML(
                    "ResourceChange",
                    [
                        CloudXML("Action", change.action.rawValue), CloudXML("LogicalResourceId", change.logicalID),
                        CloudXML("ResourceType", change.type),
                        change.action == .modify ? CloudXML("Replacement", change.replacement) : nil,
                        change.policy.map { CloudXML("PolicyAction", $0) },
                        CloudXML("Scope", change.scope.map { CloudXML("member", $0) }),
                        CloudXML("Details", details),
                    ]),
            ])
    }

    func listStackResources(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let stack = stacks[try place(form)]
        let items = stack.resources.sorted { $0.key < $1.key }.map { id, resource in
            CloudXML(
                "member",
                [
                    CloudXML("LogicalResourceId", id), CloudXML("PhysicalResourceId", resource.physicalID),
                    CloudXML("ResourceType", resource.type), CloudXML("ResourceStatus", resource.word),
                    CloudXML("LastUpdatedTimestamp", date(now)),
                    resource.reason.map { CloudXML("ResourceStatusReason", $0) },
                ])
        }
        return CloudXML("ListStackResourcesResult", [CloudXML("StackResourceSummaries", items)])
    }

    func getTemplate(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let stack = stacks[try place(form)]
        let text = stack.current.text.isEmpty ? stack.next?.text ?? "" : stack.current.text
        guard !text.isEmpty else { throw .validation("Stack \(stack.name) has no template") }
        return CloudXML("GetTemplateResult", [CloudXML("TemplateBody", text)])
    }

    private func place(_ form: CloudForm) throws(CloudError) -> Int {
        let name = try form.required("StackName")
        guard let place = find(name) else { throw .validation("Stack with id \(name) does not exist") }
        return place
    }

    func date(_ moment: Duration) -> String {
        clock.date(at: moment).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }
}
