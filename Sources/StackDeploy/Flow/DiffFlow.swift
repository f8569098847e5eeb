import AWSClient

/// What a deployment would change.
package struct DiffResult: Sendable {
    package enum Status: String, Hashable, Sendable {
        case same
        case different
        case failed
        case unfinished
        case cancelled
    }

    package var status: Status
    package var changes: [ChangeLine] = []
    package var failure: StackFailure?
}

/// Says what a deployment would change, and leaves nothing behind.
package struct DiffFlow: Sendable {
    let request: StackRequest
    let calls: StackCalls

    /// The deadline counts from here.
    package init(
        _ request: StackRequest, services: StackServices, runtime: StackRuntime, pace: StackPace = StackPace(),
        deadline: Duration
    ) {
        self.request = request
        calls = StackCalls(
            services: services, runtime: runtime, pace: pace, deadline: runtime.timer.elapsed() + deadline)
    }

    package func run() async -> DiffResult {
        do throws(StackFailure) {
            let changes = try await compare()
            return DiffResult(status: changes == nil ? .same : .different, changes: changes ?? [])
        } catch {
            let status: DiffResult.Status =
                switch error.code {
                case .unfinished: .unfinished
                case .cancelled: .cancelled
                case .badInput, .failed, .refused, .unavailable: .failed
                }
            return DiffResult(status: status, failure: error)
        }
    }

    /// Nil when nothing would be changed; there are changes that are of no resource.
    private func compare() async throws(StackFailure) -> [ChangeLine]? {
        try TemplateDelivery(calls: calls, request: request).check()
        let found = try await calls.look(request.name)
        let stack = found?.status == .deleteComplete ? nil : found
        switch DiffStep(stack) {
        case .create, .update: break
        case .busy:
            throw StackFailure(
                .unfinished, "the stack \(request.name) is in the state \(stack?.statusWord ?? "")",
                notes: ["compare when that is over; `pgpool-aurora stack deploy` waits for it"])
        case .blocked(let explanation):
            throw StackFailure(.failed, explanation.reason, notes: explanation.advice)
        }
        // No deployment must take this one for its own.
        let maker = ChangeSetMaker(
            calls: calls, request: request, stack: stack,
            name: "\(ChangeSetNames.prefix)diff-\(calls.runtime.unique())", isLook: true)
        let outcome = try await calls.phase(.plan) { () async throws(StackFailure) in try await maker.make() }
        switch outcome {
        case .empty: return nil
        case .ready(let set):
            await maker.discard()
            let changes = set.changes.map(ChangeLine.init)
            calls.runtime.report(.changes(changes))
            return changes
        case .overtaken:
            await maker.discard()
            throw StackFailure(
                .unfinished, "the stack \(request.name) was changed while it was compared", notes: ["compare again"])
        }
    }
}
