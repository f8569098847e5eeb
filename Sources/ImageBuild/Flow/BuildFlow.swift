import AWSClient
import Diagnostics
import LocalFiles

/// A build from its plan to its end: launch, install, stop, image, test, publish, clean up.
///
/// Each step looks into the journal first, so that going on with a build is the same as beginning it.
package struct BuildFlow: Sendable {
    let plan: BuildPlan
    let host: any BuildHost
    let journal: Journal
    let runtime: BuildRuntime
    let pace: BuildPace
    let publisher: LocalPublisher
    let calls: HostCalls

    /// The deadline counts from here.
    package init(
        host: any BuildHost, journal: Journal, runtime: BuildRuntime, pace: BuildPace, deadline: Duration? = nil
    ) {
        plan = journal.state.plan
        self.host = host
        self.journal = journal
        self.runtime = runtime
        self.pace = pace
        publisher = LocalPublisher(plan.publication)
        calls = HostCalls(
            runtime: runtime, pace: pace,
            deadline: runtime.timer.elapsed() + (deadline ?? .seconds(plan.deadline)))
    }

    /// Builds, and cleans up however that ends. A task that is cancelled cleans up too.
    package func run() async -> BuildResult {
        let failure: BuildFailure?
        do throws(BuildFailure) {
            try await build()
            failure = nil
        } catch {
            failure = error
        }
        let isMarked = journal.state.hasReached(.marked)
        // What an image needed that is good already is of no use to whoever goes on.
        let keeps =
            failure.map { !isMarked && ($0.isResumable || plan.keepsOnFailure && $0.code != .cancelled) } ?? false
        if !keeps { await cleanUp() }
        // Cleaning up may have found that it is marked after all.
        let state = journal.state
        let status: BuildStatus =
            switch failure {
            case nil: .published
            case let failure? where failure.isResumable || state.hasReached(.marked): .resumable
            case let failure? where failure.code == .cancelled: .cancelled
            case .some: .failed
            }
        let image = state.hasReached(.marked) || keeps ? state.imageID : nil
        // Whoever cannot write it down leaves a build that `reap` still understands.
        try? journal.write(.ended(status: status, image: image))
        return BuildResult(
            status, imageID: image, failure: failure, hasLeftovers: !journal.state.leftovers.isEmpty)
    }

    private func build() async throws(BuildFailure) {
        let imageID = try await image()
        if plan.isTested { try await test(imageID) }
        try await phase(.publish) { () async throws(BuildFailure) in try await publish(imageID) }
    }

    // MARK: - What every step needs

    /// Does a part of the build, and says so.
    func phase<Value>(
        _ name: BuildPhase, _ body: () async throws(BuildFailure) -> Value
    ) async throws(BuildFailure) -> Value {
        let begin = runtime.timer.elapsed()
        runtime.report(.phaseBegins(name))
        let value = try await body()
        let seconds = (runtime.timer.elapsed() - begin) / .seconds(1)
        try write(.phase(name: name, seconds: (seconds * 1000).rounded() / 1000))
        runtime.report(.phaseEnds(name, seconds))
        return value
    }

    func write(_ event: JournalEvent) throws(BuildFailure) {
        do throws(FileError) {
            try journal.write(event)
        } catch {
            throw BuildFailure(
                .cannotWrite, error.description, notes: ["what the build has made is left as it is"],
                isResumable: true)
        }
    }

    func note(_ text: String) { runtime.report(.note(text)) }

    /// Does what changes something.
    func change<Value: Sendable>(
        _ goal: String, _ body: @escaping @Sendable () async throws(HostError) -> Value
    ) async throws(BuildFailure) -> Value {
        do throws(WaitFailure<HostError>) {
            return try await calls.change(goal, body)
        } catch {
            throw calls.failure(error)
        }
    }

    /// Makes something that is not there yet, and returns its id. Capacity that is lacking is nil.
    func make(
        _ resource: Resource, _ body: @escaping @Sendable () async throws(HostError) -> String
    ) async throws(BuildFailure) -> String? {
        if let id = journal.state.id(of: resource) { return id }
        guard !Task.isCancelled else { throw calls.failure(.cancelled) }
        var wasAsked = false
        switch journal.state.standing(resource) {
        case nil, .gone: try write(.making(resource: resource))
        case .asked: wasAsked = true
        case .made, .removing, .leaving: break
        }
        // What was asked for before may be there, whatever is said of it now.
        let doubt = Doubt(isRaised: wasAsked)
        let id: String
        do throws(WaitFailure<HostError>) {
            id = try await calls.change("\(resource) to be made") { () throws(HostError) in
                do throws(HostError) {
                    return try await body()
                } catch {
                    if error.hasDoubt { doubt.raise() }
                    throw error
                }
            }
        } catch {
            guard case .call(let trouble) = error else { throw calls.failure(error) }
            if [.capacity, .refused, .rejected].contains(trouble.code), !doubt.isRaised {
                try write(.refused(resource: resource, reason: trouble.message))
            }
            guard trouble.code == .capacity else { throw calls.failure(error) }
            runtime.report(.warning(trouble.diagnostic(.warning)))
            return nil
        }
        try write(.made(resource: resource, id: id))
        return id
    }

    /// Removes all that is not meant to stay, whoever was cancelled.
    private func cleanUp() async {
        guard !journal.state.leftovers.isEmpty else { return }
        let remover = Remover(host: host, journal: journal, runtime: runtime, pace: pace)
        let report = runtime.report
        let timer = runtime.timer
        await Task {
            let begin = timer.elapsed()
            report(.phaseBegins(.cleanUp))
            for left in await remover.removeAll() { report(.warning(left)) }
            report(.phaseEnds(.cleanUp, (timer.elapsed() - begin) / .seconds(1)))
        }.value
    }
}
