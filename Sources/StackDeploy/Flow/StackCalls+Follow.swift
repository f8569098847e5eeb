import AWSClient

extension StackCalls {
    /// How an operation has ended: the stack, nil when it is gone, and what happened.
    struct Ended: Sendable {
        var stack: CloudFormation.Stack?
        var operation: Operation
    }

    /// What is there now.
    func look(_ stack: String) async throws(StackFailure) -> CloudFormation.Stack? {
        try await read("the state of the stack \(stack)") { () throws(AWSError) in
            try await cloudFormation.describeStack(stack)
        }
    }

    /// The template that a stack has; nil where it has none yet, and for whoever may not read it.
    func template(of stack: CloudFormation.Stack) async throws(StackFailure) -> String? {
        try await readIfAllowed("the template of the stack") { () throws(AWSError) in
            try await cloudFormation.getTemplate(of: stack.id)
        }
    }

    /// The same of its resources.
    func resources(of stack: CloudFormation.Stack) async throws(StackFailure) -> [CloudFormation.StackResource]? {
        try await readIfAllowed("the resources of the stack") { () throws(AWSError) in
            try await cloudFormation.listStackResources(stack.id)
        }
    }

    private func readIfAllowed<Value: Sendable>(
        _ goal: String, _ body: () async throws(AWSError) -> Value
    ) async throws(StackFailure) -> Value? {
        do throws(WaitFailure<AWSError>) {
            return try await wait(goal) { () throws(AWSError) in .done(try await body()) }
        } catch {
            if case .call(let trouble) = error, trouble.kind == .refused || trouble.code == "ValidationError" {
                return nil
            }
            throw failure(error)
        }
    }

    /// What is under way, to be followed: its events are those of its token, or else those since it began.
    func operationUnderWay(_ stackID: String) async throws(StackFailure) -> Operation {
        let events = try await lastEvents(stackID)
        var operation = Operation(token: OperationStart.token(events))
        if operation.token == nil, let start = OperationStart.index(in: events) {
            operation.skip(Array(events[(start + 1)...]))
        }
        return operation
    }

    /// What was done last, with its events.
    func lastOperation(_ stackID: String) async throws(StackFailure) -> Operation {
        let events = try await lastEvents(stackID)
        var operation = Operation()
        _ = operation.take(OperationStart.index(in: events).map { Array(events[...$0]) } ?? events)
        return operation
    }

    /// The events from now back to where the last operation began, or further, the newest first.
    private func lastEvents(_ stackID: String) async throws(StackFailure) -> [CloudFormation.StackEvent] {
        try await read("the events of the stack") { () throws(AWSError) in
            var events: [CloudFormation.StackEvent] = []
            var next: String?
            repeat {
                let page = try await cloudFormation.describeStackEvents(stackID, page: next)
                events += page.events
                next = page.next
            } while next != nil && OperationStart.index(in: events) == nil
            return events
        }
    }

    /// Watches a stack until CloudFormation has ended what it is at, and tells of each event once.
    ///
    /// The state and the events come from two places, neither of which is up to date at once. It has ended when both say so, or
    /// when the state has said so for so long that no event will come. With a change set, only a state that names no other counts for that.
    func follow(
        _ stackID: String, _ goal: String, _ known: Operation, changeSetID: String? = nil
    ) async throws(WaitFailure<AWSError>) -> Ended {
        var operation = known
        var atRest: (word: String, since: Duration)?
        return try await wait(goal) { () throws(AWSError) -> Waiter.Answer<Ended> in
            let stack = try await cloudFormation.describeStack(stackID)
            try await readEvents(stackID, &operation)
            // Nobody is asked about a stack that was never there, so it is gone.
            guard let stack else { return .done(Ended(operation: operation)) }
            let word = stack.statusWord
            guard !word.hasSuffix("_IN_PROGRESS") else {
                atRest = nil
                return .pending
            }
            let now = runtime.timer.elapsed()
            if atRest?.word != word { atRest = (word, now) }
            // One that is deleted is so for ever.
            let settle = stack.status == .deleteComplete ? pace.settle / 6 : pace.settle
            let isSettled = now - (atRest?.since ?? now) >= settle
            // What failed is worth waiting for.
            let isTold = !operation.lacksReason(ofStack: word)
            let isNamed = changeSetID == nil || stack.changeSetID == nil || stack.changeSetID == changeSetID
            guard operation.lastStackWord == word && isTold || isSettled && isNamed else { return .pending }
            return .done(Ended(stack: stack, operation: operation))
        }
    }

    /// Reads all events since the operation began. One that comes late may be on any page, so none is left out.
    private func readEvents(_ stackID: String, _ operation: inout Operation) async throws(AWSError) {
        var read: [CloudFormation.StackEvent] = []
        var next: String?
        repeat {
            let page: CloudFormation.EventPage
            do throws(AWSError) {
                page = try await cloudFormation.describeStackEvents(stackID, page: next)
            } catch {
                // The stack is gone, and its events with it.
                guard error.code == "ValidationError" else { throw error }
                return
            }
            read += page.events
            next = OperationStart.index(in: read) != nil ? nil : page.next
        } while next != nil
        for event in operation.take(read) { runtime.report(.resource(event)) }
    }
}
