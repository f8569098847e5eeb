import AWSClient

/// Makes the change set that brings a stack to a request, or finds the one that an earlier run has made.
struct ChangeSetMaker: Sendable {
    let calls: StackCalls
    let request: StackRequest
    /// Nil, or one under review, for a creation.
    let stack: CloudFormation.Stack?
    /// What the change set is called.
    let name: String
    /// Whether it is only looked at, and nobody goes on with it.
    var isLook = false

    enum Outcome: Sendable {
        case ready(CloudFormation.ChangeSet)
        /// There is nothing to change.
        case empty
        /// The stack is not in the state any more that was looked at.
        case overtaken
    }

    var isCreation: Bool { stack == nil || stack?.status == .reviewInProgress }

    func make() async throws(StackFailure) -> Outcome {
        // Who may not read it sends it whole.
        let template: String? = if let stack, !isCreation { try await calls.template(of: stack) } else { nil }
        let choice = ParameterChoice(request, on: stack, template: template)
        let delivery = TemplateDelivery(calls: calls, request: request)
        return try await delivery.with(previous: choice.usesPreviousTemplate) { template throws(StackFailure) in
            var creation = CloudFormation.ChangeSetCreation(
                stack: request.name, name: name, kind: isCreation ? .create : .update,
                clientToken: "\(ChangeSetNames.prefix)\(calls.runtime.unique())", template: template)
            creation.parameters = choice.parameters
            creation.capabilities = request.capabilities
            creation.tags = request.tags
            creation.description = "by pgpool-aurora"
            do throws(StackFailure) {
                return try await make(creation)
            } catch {
                if isLook || error.code == .cancelled || error.code == .badInput { await discard() }
                throw error
            }
        }
    }

    /// Takes back what was made for a change set that is not executed.
    func discard() async {
        let (name, request, id) = (name, request, stack?.id)
        // A stack that was begun by this change set alone goes with it; one by another run's is that one's.
        let isBegun = isCreation && (stack == nil || ChangeSetNames.name(in: stack?.changeSetID) == name)
        await calls.tidy("the change set \(name) of the stack \(request.name)") { service throws(AWSError) in
            try await service.deleteChangeSet(name, of: request.name)
            guard isBegun, let left = try await service.describeStack(id ?? request.name),
                left.status == .reviewInProgress, ChangeSetNames.name(in: left.changeSetID).map({ $0 == name }) ?? true
            else { return }
            try await service.deleteStack(left.id, token: "\(ChangeSetNames.prefix)review-\(left.id.suffix(12))")
        }
    }

    // MARK: - Steps

    private func make(
        _ creation: CloudFormation.ChangeSetCreation
    ) async throws(StackFailure) -> Outcome {
        let service = calls.cloudFormation
        do throws(WaitFailure<AWSError>) {
            _ = try await calls.change("the change set to be made") { () throws(AWSError) in
                try await service.createChangeSet(creation)
            }
        } catch {
            guard case .call(let trouble) = error else { throw calls.failure(error) }
            switch trouble.code {
            // By this run, when its answer was lost, or by one that is dead.
            case "AlreadyExistsException": break
            case "ValidationError": return try await judge(refusal: trouble)
            case "InsufficientCapabilitiesException":
                throw StackFailure(
                    .badInput, trouble.description,
                    notes: ["the template makes more than it says: it needs another capability"])
            default: throw calls.failure(error)
            }
        }
        return try await settle(creation)
    }

    /// It may say that the stack is busy, or that the template is no good; the stack itself tells which.
    private func judge(refusal: AWSError) async throws(StackFailure) -> Outcome {
        let now = try await calls.look(stack?.id ?? request.name)
        if DeployStep(now) != DeployStep(stack) || now?.lastUpdatedTime != stack?.lastUpdatedTime { return .overtaken }
        throw StackFailure(
            .badInput, refusal.description, notes: ["nothing was changed; CloudFormation does not take the template"])
    }

    /// Waits for the change set.
    private func settle(
        _ creation: CloudFormation.ChangeSetCreation
    ) async throws(StackFailure) -> Outcome {
        let begin = calls.runtime.timer.elapsed()
        let found: CloudFormation.ChangeSet?
        do throws(WaitFailure<AWSError>) {
            found = try await calls.wait("the change set \(name)") { () throws(AWSError) in
                let found = try await calls.cloudFormation.describeChangeSet(name, of: creation.stack)
                // What was just made is not known everywhere at once.
                guard let found else {
                    let isOver = calls.runtime.timer.elapsed() - begin >= calls.pace.settle
                    return isOver ? .done(nil) : Waiter.Answer<CloudFormation.ChangeSet?>.pending
                }
                return ChangeSetVerdict(found) == .pending ? .pending : .done(found)
            }
        } catch {
            throw calls.failure(error)
        }
        // Another stack of the same name is none that was looked at.
        guard let found, isCreation || found.stackID == stack?.id else { return .overtaken }
        switch ChangeSetVerdict(found) {
        case .ready: return .ready(found)
        case .executed:
            // By another run of the same, which the stack will tell of, or long ago. One that is under way cannot be deleted.
            let (name, stack) = (name, creation.stack)
            await calls.tidy(nil) { service throws(AWSError) in try await service.deleteChangeSet(name, of: stack) }
            return .overtaken
        case .empty where !isCreation:
            await discard()
            return .empty
        case .empty: throw StackFailure(.badInput, "the template has no resources")
        case .failed(let reason):
            throw StackFailure(
                .badInput, "the change set cannot be executed: \(reason)", notes: ["nothing was changed"])
        case .pending, .stale:
            // Of a run long ago.
            await discard()
            return .overtaken
        }
    }
}
