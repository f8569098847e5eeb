import AWSClient
import Diagnostics

/// The states in which nothing can be changed yet.
extension DeployFlow {
    /// Waits for what is under way. What an earlier run of the same has begun is this one's result.
    func waitForEnd(of stack: CloudFormation.Stack) async throws(StackFailure) -> DeployResult? {
        let operation = try await calls.operationUnderWay(stack.id)
        let isOurs = names.isOurs(operation.token ?? ChangeSetNames.name(in: stack.changeSetID))
        guard isOurs, stack.status != .deleteInProgress else {
            try await waitForOthers(stack, operation)
            return nil
        }
        calls.note("this deployment is under way already, in the state \(stack.statusWord); waiting for it")
        return try await calls.phase(.deploy) { () async throws(StackFailure) in
            try await finish(stack.id, operation, changeSetID: nil)
        }
    }

    private func waitForOthers(
        _ stack: CloudFormation.Stack, _ operation: Operation
    ) async throws(StackFailure) {
        calls.note("the stack \(stack.name) is in the state \(stack.statusWord), by another run; waiting for its end")
        try await calls.phase(.wait) { () async throws(StackFailure) in
            do throws(WaitFailure<AWSError>) {
                _ = try await calls.follow(stack.id, "the stack \(stack.name) to be left alone", operation)
            } catch {
                throw calls.failure(error).adding("run the same again to go on waiting")
            }
        }
    }

    /// Goes on with taking back an update, which must be done before the next one.
    func continueRollback(_ stack: CloudFormation.Stack) async throws(StackFailure) -> DeployResult? {
        let before = try await calls.lastOperation(stack.id)
        let stuck = before.failures.map(FailureText.line)
        calls.runtime.report(
            .warning(
                Diagnostic(
                    .warning, "the stack \(stack.name) is in the state \(stack.statusWord)",
                    notes: stuck + (skipped.isEmpty ? [] : ["left out: \(skipped.joined(separator: ", "))"]))))
        guard try await calls.agrees("go on with taking back the last update of \(stack.name)?") else {
            calls.note("nothing was changed")
            return DeployResult(.declined, stack: stack)
        }
        let token = "\(ChangeSetNames.prefix)rollback-\(calls.runtime.unique())"
        let (service, skipped) = (calls.cloudFormation, skipped)
        return try await calls.phase(.rollback) { () async throws(StackFailure) in
            do throws(WaitFailure<AWSError>) {
                try await calls.change("the rollback to go on") { () throws(AWSError) in
                    try await service.continueUpdateRollback(stack.id, skipping: skipped, token: token)
                }
            } catch {
                guard try await hasMoved(stack, error) else { throw calls.failure(error) }
                return nil
            }
            return try await awaitRollback(stack, Operation(token: token))
        }
    }

    /// Whether a call was refused because it, or one like it, was taken before.
    private func hasMoved(
        _ stack: CloudFormation.Stack, _ error: WaitFailure<AWSError>
    ) async throws(StackFailure) -> Bool {
        guard case .call(let trouble) = error,
            ["ValidationError", "TokenAlreadyExistsException"].contains(trouble.code)
        else { return false }
        return try await calls.look(stack.id)?.status != stack.status
    }

    private func awaitRollback(
        _ stack: CloudFormation.Stack, _ operation: Operation
    ) async throws(StackFailure) -> DeployResult? {
        let ended: StackCalls.Ended
        do throws(WaitFailure<AWSError>) {
            ended = try await calls.follow(stack.id, "the rollback of \(stack.name)", operation)
        } catch {
            throw calls.failure(error).adding(
                "the rollback goes on in CloudFormation; run the same again to wait for it")
        }
        guard ended.stack?.status == .updateRollbackFailed else { return nil }
        let names = ended.operation.failures.map { "--skip \($0.logicalID)" }.joined(separator: " ")
        throw StackFailure(
            .failed,
            [
                FailureText.diagnostic(
                    "taking back the update of \(stack.name) failed again", ended.operation,
                    advice: [
                        "mend that, and deploy again",
                        "or leave out what cannot be mended: `pgpool-aurora stack deploy --name \(stack.name) \(names)`",
                    ])
            ])
    }

    /// A stack whose creation failed keeps its name from being used.
    func deleteFirst(_ stack: CloudFormation.Stack, _ reason: String) async throws(StackFailure) -> DeployResult? {
        calls.runtime.report(
            .warning(
                Diagnostic(
                    .warning, "the stack \(stack.name) is in the state \(stack.statusWord): \(reason)",
                    notes: ["it must be deleted before it can be made"])))
        _ = try await DestroyFlow(stack.name, calls).prepare(stack)
        guard try await calls.agrees("delete what is left of the stack \(stack.name)?") else {
            calls.note("nothing was changed")
            return DeployResult(.declined, stack: stack)
        }
        let deletion = Deletion(calls: calls, stack: stack, retained: [])
        try await calls.phase(.delete) { () async throws(StackFailure) in try await deletion.run() }
        return nil
    }
}
