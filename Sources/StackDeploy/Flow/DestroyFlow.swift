import AWSClient
import Diagnostics

/// How a deletion has ended.
package struct DestroyResult: Sendable {
    package enum Status: String, Hashable, Sendable {
        case deleted
        /// There was none.
        case absent
        case declined
        case failed
        case unfinished
        case cancelled
    }

    package var status: Status
    /// What stays, as far as it is known.
    package var kept: KeptResources?
    package var failure: StackFailure?
}

/// Deletes a stack: says what stays, asks, and waits until it is gone.
package struct DestroyFlow: Sendable {
    let name: String
    let retained: [String]
    let calls: StackCalls
    /// Whether a stack of that name is taken that somebody else has made.
    let takesAny: Bool

    /// What is retained is named by logical ids. The deadline counts from here.
    package init(
        _ name: String, retaining retained: [String] = [], services: StackServices, runtime: StackRuntime,
        pace: StackPace = StackPace(), deadline: Duration, takesAny: Bool = true
    ) {
        self.name = name
        self.retained = retained
        self.takesAny = takesAny
        calls = StackCalls(
            services: services, runtime: runtime, pace: pace, deadline: runtime.timer.elapsed() + deadline)
    }

    /// What of it goes is part of other work.
    init(_ name: String, _ calls: StackCalls) {
        self.name = name
        self.calls = calls
        retained = []
        takesAny = true
    }

    package func run() async -> DestroyResult {
        do throws(StackFailure) {
            return try await destroy()
        } catch {
            let status: DestroyResult.Status =
                switch error.code {
                case .unfinished: .unfinished
                case .cancelled: .cancelled
                case .badInput, .failed, .refused, .unavailable: .failed
                }
            return DestroyResult(status: status, failure: error)
        }
    }

    private func destroy() async throws(StackFailure) -> DestroyResult {
        while true {
            let found = try await calls.look(name)
            if !takesAny, let found { try StackOwner.check(found, "delete") }
            switch (DestroyStep(found), found) {
            case (.nothing, _), (_, nil):
                calls.note("there is no stack \(name) in \(calls.cloudFormation.region)")
                return DestroyResult(status: .absent)
            case (.follow, let stack?): return try await follow(stack)
            case (.delete, let stack?): return try await delete(stack)
            case (.wait, let stack?): try await wait(stack)
            }
            try await calls.pause("the stack \(name) to be left alone")
        }
    }

    private func wait(_ stack: CloudFormation.Stack) async throws(StackFailure) {
        calls.note("the stack \(name) is in the state \(stack.statusWord), in which it cannot be deleted; waiting")
        let operation = try await calls.operationUnderWay(stack.id)
        try await calls.phase(.wait) { () async throws(StackFailure) in
            do throws(WaitFailure<AWSError>) {
                _ = try await calls.follow(stack.id, "the stack \(name) to be left alone", operation)
            } catch {
                throw calls.failure(error)
            }
        }
    }

    private func follow(_ stack: CloudFormation.Stack) async throws(StackFailure) -> DestroyResult {
        calls.note("the stack \(name) is about to go; waiting for it")
        let operation = try await calls.operationUnderWay(stack.id)
        let deletion = Deletion(calls: calls, stack: stack, retained: [])
        try await calls.phase(.delete) { () async throws(StackFailure) in try await deletion.follow(operation) }
        return DestroyResult(status: .deleted)
    }

    private func delete(_ stack: CloudFormation.Stack) async throws(StackFailure) -> DestroyResult {
        guard !stack.isProtected else {
            throw StackFailure(
                .failed, "the stack \(name) is protected from being deleted",
                notes: [
                    "`aws cloudformation update-termination-protection --no-enable-termination-protection "
                        + "--stack-name \(name)` ends that"
                ])
        }
        guard retained.isEmpty || stack.status == .deleteFailed else {
            throw StackFailure(
                .failed,
                "resources can be retained only of a stack that could not be deleted; \(name) is in the state "
                    + stack.statusWord,
                notes: ["leave out --retain at first; what has a DeletionPolicy of Retain stays anyway"])
        }
        let kept = try await prepare(stack)
        guard try await calls.agrees("delete the stack \(name) in \(calls.cloudFormation.region)?") else {
            calls.note("nothing was deleted")
            return DestroyResult(status: .declined, kept: kept)
        }
        let deletion = Deletion(calls: calls, stack: stack, retained: retained)
        try await calls.phase(.delete) { () async throws(StackFailure) in try await deletion.run() }
        return DestroyResult(status: .deleted, kept: kept)
    }

    // MARK: - What stays

    /// Says what stays, and throws when something stands in the way.
    func prepare(_ stack: CloudFormation.Stack) async throws(StackFailure) -> KeptResources? {
        let kept = try await keptResources(of: stack)
        tell(kept)
        let standing = (kept?.protected ?? []).filter { !retained.contains($0.logicalID) }
        if !standing.isEmpty { throw protection(standing) }
        return kept
    }

    /// Nil when that cannot be told.
    private func keptResources(of stack: CloudFormation.Stack) async throws(StackFailure) -> KeptResources? {
        // One under review has neither.
        guard stack.status != .reviewInProgress else {
            return KeptResources()
        }
        let template = try await calls.template(of: stack)
        guard let resources = try await calls.resources(of: stack) else { return nil }
        let kept = template.flatMap {
            KeptResources(template: $0, resources: resources, parameters: stack.parameters)
        }
        let unknown = retained.filter { name in !resources.contains { $0.logicalID == name } }
        guard unknown.isEmpty else {
            throw StackFailure(
                .failed, "the stack \(name) has no resource \(unknown.joined(separator: ", "))",
                notes: ["it has: \(resources.map(\.logicalID).sorted().joined(separator: ", "))"])
        }
        let others = resources.filter { retained.contains($0.logicalID) }.map {
            KeptResources.Resource(logicalID: $0.logicalID, physicalID: $0.physicalID, type: $0.type)
        }
        guard var kept else { return nil }
        kept.retained += others.filter { !kept.retained.contains($0) }
        return kept
    }

    private func tell(_ kept: KeptResources?) {
        guard let kept else {
            return calls.note(
                "what of it stays is not known: its template or its resources cannot be read")
        }
        for resource in kept.retained { calls.note("stays: \(text(resource))") }
        for resource in kept.snapshots { calls.note("goes, and a snapshot of it stays: \(text(resource))") }
        if kept.retained.isEmpty, kept.snapshots.isEmpty { calls.note("nothing of it stays") }
    }

    private func protection(_ resources: [KeptResources.Resource]) -> StackFailure {
        StackFailure(
            .failed,
            resources.map { resource in
                let id = resource.physicalID ?? ""
                let command: String =
                    switch resource.type {
                    case "AWS::RDS::DBCluster":
                        "aws rds modify-db-cluster --no-deletion-protection --db-cluster-identifier \(id)"
                    case "AWS::RDS::DBInstance":
                        "aws rds modify-db-instance --no-deletion-protection --db-instance-identifier \(id)"
                    case "AWS::ElasticLoadBalancingV2::LoadBalancer":
                        "aws elbv2 modify-load-balancer-attributes "
                            + "--attributes Key=deletion_protection.enabled,Value=false --load-balancer-arn \(id)"
                    default: "the service's own console"
                    }
                return Diagnostic(
                    .error, "\(text(resource)) is protected from being deleted, so the deletion would stop half-way",
                    notes: [
                        "turn that off in the stack's parameters and deploy, so that the stack knows of it; then destroy",
                        "where the stack does not say so: \(command)",
                    ])
            })
    }

    private func text(_ resource: KeptResources.Resource) -> String {
        "\(resource.type) \(resource.logicalID)" + (resource.physicalID.map { " (\($0))" } ?? "")
    }
}
