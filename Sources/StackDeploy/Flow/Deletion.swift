import AWSClient
import Diagnostics

/// Deletes a stack, and waits until it is gone.
struct Deletion: Sendable {
    let calls: StackCalls
    let stack: CloudFormation.Stack
    let retained: [String]

    func run() async throws(StackFailure) {
        let token = "\(ChangeSetNames.prefix)delete-\(calls.runtime.unique())"
        let (service, id, retained) = (calls.cloudFormation, stack.id, retained)
        do throws(WaitFailure<AWSError>) {
            try await calls.change("the stack \(stack.name) to be deleted") { () throws(AWSError) in
                try await service.deleteStack(id, retaining: retained, token: token)
            }
        } catch {
            // Refused when it goes already, as after an answer that was lost.
            guard case .call(let trouble) = error, trouble.code == "ValidationError",
                [nil, .deleteInProgress, .deleteComplete].contains(try await calls.look(id)?.status)
            else { throw calls.failure(error) }
        }
        try await follow(Operation(token: token))
    }

    func follow(_ operation: Operation) async throws(StackFailure) {
        let ended: StackCalls.Ended
        do throws(WaitFailure<AWSError>) {
            ended = try await calls.follow(stack.id, "the stack \(stack.name) to go", operation)
        } catch {
            var failure = calls.failure(error)
            if failure.code != .cancelled { failure.code = .unfinished }
            if !failure.diagnostics.isEmpty {
                failure.diagnostics[0].notes.append(
                    "the deletion goes on in CloudFormation; run the same again to wait for it")
            }
            throw failure
        }
        guard let left = ended.stack, left.status != .deleteComplete else { return }
        let names = ended.operation.failures.map { " --retain \($0.logicalID)" }.joined()
        let keep = "or keep what stands in the way: `pgpool-aurora stack destroy --name \(left.name)\(names)`"
        throw StackFailure(
            .failed,
            [
                FailureText.diagnostic(
                    "the stack \(left.name) could not be deleted whole; it is in the state \(left.statusWord)",
                    ended.operation,
                    advice: [
                        "mend that, and run `pgpool-aurora stack destroy --name \(left.name)` again"
                    ] + (names.isEmpty ? [] : [keep]))
            ])
    }
}
