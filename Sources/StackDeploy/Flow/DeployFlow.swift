package import AWSClient
import Diagnostics

/// How a deployment has ended.
package struct DeployResult: Sendable {
    package enum Status: String, Hashable, Sendable {
        case deployed
        /// There was nothing to change.
        case unchanged
        /// Somebody said no, and nothing was changed.
        case declined
        case failed
        /// It goes on without us, or can be gone on with.
        case unfinished
        case cancelled
    }

    package var status: Status
    package var stack: CloudFormation.Stack?
    package var failure: StackFailure?

    package init(_ status: Status, stack: CloudFormation.Stack? = nil, failure: StackFailure? = nil) {
        self.status = status
        self.stack = stack
        self.failure = failure
    }
}

/// Brings a stack to a request, from whatever state it is found in.
///
/// Nothing is kept on the disk: the stack, its change sets and the tokens of its events say how far an earlier run has come.
package struct DeployFlow: Sendable {
    let request: StackRequest
    let calls: StackCalls
    let names: ChangeSetNames
    /// What is left out of a rollback that failed, by logical ids.
    let skipped: [String]
    /// Whether the database may be replaced by an empty one, or go.
    let mayLoseDatabase: Bool
    /// Whether a stack of that name is taken that somebody else has made.
    let takesAny: Bool

    /// The deadline counts from here.
    package init(
        _ request: StackRequest, services: StackServices, runtime: StackRuntime, pace: StackPace = StackPace(),
        deadline: Duration, skipping skipped: [String] = [], mayLoseDatabase: Bool = false,
        takesAny: Bool = true
    ) {
        self.request = request
        self.skipped = skipped
        self.mayLoseDatabase = mayLoseDatabase
        self.takesAny = takesAny
        names = ChangeSetNames(request)
        calls = StackCalls(
            services: services, runtime: runtime, pace: pace, deadline: runtime.timer.elapsed() + deadline)
    }

    /// Deploys. A task that is cancelled leaves what CloudFormation is at as it is.
    package func run() async -> DeployResult {
        do throws(StackFailure) {
            return try await deploy()
        } catch {
            let status: DeployResult.Status =
                switch error.code {
                case .unfinished: .unfinished
                case .cancelled: .cancelled
                case .badInput, .failed, .refused, .unavailable: .failed
                }
            return DeployResult(status, failure: error)
        }
    }

    private func deploy() async throws(StackFailure) -> DeployResult {
        try TemplateDelivery(calls: calls, request: request).check()
        // Each step changes what the next look finds; the deadline ends it.
        while true {
            let stack = try await calls.look(request.name)
            if !takesAny, let stack { try StackOwner.check(stack, "update") }
            if let result = try await step(stack) { return result }
            try await calls.pause("the stack \(request.name) to be left alone")
        }
    }

    /// Does what the state asks for; nil when it is to be looked at again.
    private func step(_ stack: CloudFormation.Stack?) async throws(StackFailure) -> DeployResult? {
        switch (DeployStep(stack), stack) {
        case (.create, _): return try await change(stack?.status == .deleteComplete ? nil : stack)
        case (.update, _): return try await change(stack)
        case (.wait, let stack?): return try await waitForEnd(of: stack)
        case (.continueRollback, let stack?): return try await continueRollback(stack)
        case (.deleteFirst(let reason), let stack?): return try await deleteFirst(stack, reason)
        case (.stop(let explanation), _):
            throw StackFailure(.failed, explanation.reason, notes: explanation.advice)
        case (.wait, nil), (.continueRollback, nil), (.deleteFirst, nil): return nil
        }
    }

    // MARK: - A change

    private func change(_ stack: CloudFormation.Stack?) async throws(StackFailure) -> DeployResult? {
        let maker = ChangeSetMaker(
            calls: calls, request: request, stack: stack, name: names.changeSet(on: stack))
        let outcome = try await calls.phase(.plan) { () async throws(StackFailure) in
            do throws(StackFailure) {
                return try await maker.make()
            } catch {
                throw calls.unchanged(error)
            }
        }
        switch outcome {
        case .overtaken: return nil
        case .empty:
            calls.note("the stack \(request.name) is up to date; there is nothing to change")
            return DeployResult(.unchanged, stack: stack)
        case .ready(let set): return try await execute(set, maker)
        }
    }

    private func execute(
        _ set: CloudFormation.ChangeSet, _ maker: ChangeSetMaker
    ) async throws(StackFailure) -> DeployResult? {
        let changes = set.changes.map(ChangeLine.init)
        calls.runtime.report(.changes(changes))
        let verb = maker.isCreation ? "create" : "update"
        do throws(StackFailure) {
            try guardDatabase(changes)
            guard
                try await calls.agrees(
                    "\(verb) the stack \(request.name) in \(calls.cloudFormation.region): \(ChangeText.summary(changes))?"
                )
            else {
                await maker.discard()
                calls.note(maker.isCreation ? "nothing was made" : "nothing was changed")
                return DeployResult(.declined, stack: maker.stack)
            }
        } catch {
            await maker.discard()
            throw error
        }
        return try await calls.phase(.deploy) { () async throws(StackFailure) in
            try await begin(set) ? try await follow(set) : nil
        }
    }

    /// Stops before the database goes, which a yes to everything is not meant for.
    private func guardDatabase(_ changes: [ChangeLine]) throws(StackFailure) {
        for change in changes where change.mayLoseDatabase {
            calls.runtime.report(
                .warning(
                    Diagnostic(
                        .warning, "CloudFormation may replace the database \(change.logicalID) by an empty one",
                        notes: ["it can only tell once it is at it: \(DeployFlow.causes(of: change))"])))
        }
        guard !mayLoseDatabase, let change = changes.first(where: \.losesDatabase) else { return }
        let id = change.physicalID.map { " (\($0))" } ?? ""
        let what =
            change.action == .remove
            ? "the database \(change.logicalID)\(id) would go"
            : "a new, empty database would take the place of \(change.logicalID)\(id): \(DeployFlow.causes(of: change))"
        throw StackFailure(
            .refused, what,
            notes: change.effects.filter { $0.hasPrefix("what is there") } + [
                "nothing was changed", "if that is what you want, deploy with --replace-database",
            ])
    }

    private static func causes(of change: ChangeLine) -> String {
        let names = change.parts.map { part in part.name + (part.cause.map { " by \($0)" } ?? "") }
        return names.isEmpty ? "it says no reason" : "by a change of \(names.joined(separator: ", "))"
    }

    /// Executes it. False if it never will be, since the stack was changed by somebody else.
    private func begin(_ set: CloudFormation.ChangeSet) async throws(StackFailure) -> Bool {
        let token = names.token(executing: set.name, on: set.stackID)
        let service = calls.cloudFormation
        do throws(WaitFailure<AWSError>) {
            try await calls.change("the change set \(set.name) to be executed") { () throws(AWSError) in
                try await service.executeChangeSet(set.id, token: token)
            }
            return true
        } catch {
            guard case .call(let trouble) = error, DeployFlow.mayBeExecuted.contains(trouble.code) else {
                var failure = calls.failure(error)
                if case .call(let trouble) = error, trouble.mayHaveActed || trouble.hadDoubt {
                    failure = StackFailure(
                        .unfinished,
                        failure.diagnostics
                            + [
                                Diagnostic(
                                    .note, "it may have begun all the same; run the same again to find out and go on")
                            ])
                }
                throw failure
            }
        }
        return try await isExecuted(set)
    }

    /// How CloudFormation calls a change set that was executed already, by us when the answer was lost, or by another run.
    private static let mayBeExecuted: Set<String> = [
        "InvalidChangeSetStatus", "ChangeSetNotFound", "TokenAlreadyExistsException", "ValidationError",
    ]

    private func isExecuted(_ set: CloudFormation.ChangeSet) async throws(StackFailure) -> Bool {
        let now = try await calls.read("the change set \(set.name)") { () throws(AWSError) in
            try await calls.cloudFormation.describeChangeSet(set.id)
        }
        if let now { return ChangeSetVerdict(now) == .executed }
        let stack = try await calls.look(set.stackID)
        return stack?.changeSetID == set.id && stack?.status != .reviewInProgress
    }

    private func follow(_ set: CloudFormation.ChangeSet) async throws(StackFailure) -> DeployResult {
        let operation = Operation(token: names.token(executing: set.name, on: set.stackID))
        return try await finish(set.stackID, operation, changeSetID: set.id)
    }

    /// Waits for the end of a deployment of ours.
    func finish(
        _ stackID: String, _ operation: Operation, changeSetID: String?
    ) async throws(StackFailure) -> DeployResult {
        let ended: StackCalls.Ended
        do throws(WaitFailure<AWSError>) {
            ended = try await calls.follow(
                stackID, "the stack \(request.name) to be deployed", operation, changeSetID: changeSetID)
        } catch {
            throw underWay(calls.failure(error))
        }
        guard let stack = ended.stack else {
            throw StackFailure(.failed, "the stack was deleted while it was deployed", notes: ["deploy again"])
        }
        switch DeployEnd(stack) {
        case .deployed: return DeployResult(.deployed, stack: stack)
        case .failed(let what, let advice):
            let words = await calls.instanceWords(ended.operation)
            return DeployResult(
                .failed, stack: stack,
                failure: StackFailure(.failed, [FailureText.diagnostic(what, ended.operation, advice: words + advice)]))
        }
    }

    /// Whatever ends our waiting ends not what CloudFormation is at.
    private func underWay(_ failure: StackFailure) -> StackFailure {
        let advice = [
            "the deployment goes on in CloudFormation; run the same again to wait for it",
            "`aws cloudformation cancel-update-stack --stack-name \(request.name)` takes an update back",
            "`pgpool-aurora stack destroy --name \(request.name)` ends a creation",
        ]
        var failure = failure
        // Who may not look will not see the end either.
        if failure.code != .cancelled, failure.code != .refused { failure.code = .unfinished }
        if !failure.diagnostics.isEmpty { failure.diagnostics[0].notes += advice }
        return failure
    }
}
