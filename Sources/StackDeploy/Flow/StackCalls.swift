import AWSClient
import Diagnostics
import Synchronization

/// How CloudFormation is talked to: with patience, within a deadline, and so that a signal interrupts no change half-way.
struct StackCalls: Sendable {
    let services: StackServices
    let runtime: StackRuntime
    let pace: StackPace
    /// On the runtime's timer.
    let deadline: Duration
    private let contact = Contact()

    init(services: StackServices, runtime: StackRuntime, pace: StackPace, deadline: Duration) {
        self.services = services
        self.runtime = runtime
        self.pace = pace
        self.deadline = deadline
    }

    /// Whether anybody has answered yet.
    private final class Contact: Sendable {
        private let state = Mutex(false)

        var isMade: Bool { state.withLock(\.self) }
        func make() { state.withLock { $0 = true } }
    }

    var cloudFormation: CloudFormation { services.cloudFormation }

    /// Asks until it is so.
    func wait<Value: Sendable>(
        _ goal: String, _ ask: () async throws(AWSError) -> Waiter.Answer<Value>
    ) async throws(WaitFailure<AWSError>) -> Value {
        do throws(WaitFailure<AWSError>) {
            let value = try await waiter(goal).wait(on: runtime.timer, random: runtime.random, ask)
            contact.make()
            return value
        } catch {
            // Who is told to come later has been answered, too.
            guard !contact.isMade, case .call(let trouble) = error, trouble.advice == .askAgain,
                case .service = trouble.origin
            else { throw error }
            contact.make()
            return try await wait(goal, ask)
        }
    }

    /// Reads something, again when there is no answer.
    func read<Value: Sendable>(
        _ goal: String, _ body: () async throws(AWSError) -> Value
    ) async throws(StackFailure) -> Value {
        do throws(WaitFailure<AWSError>) {
            return try await wait(goal) { () throws(AWSError) in .done(try await body()) }
        } catch {
            throw failure(error)
        }
    }

    /// Does what changes something, again if it did not happen.
    func change<Value: Sendable>(
        _ goal: String, _ body: @escaping @Sendable () async throws(AWSError) -> Value
    ) async throws(WaitFailure<AWSError>) -> Value {
        try await waiter(goal).change(on: runtime.timer, random: runtime.random, grace: pace.grace, body)
    }

    /// Clears away what is of no use any more, also after a signal, as far as it goes. What stays is said; without a name
    /// nobody cares.
    func tidy(
        _ what: String?, _ body: @escaping @Sendable (CloudFormation) async throws(AWSError) -> Void
    ) async {
        var service = cloudFormation
        service.deadline = runtime.timer.elapsed() + .seconds(20)
        let own = service
        let trouble = await Task { () -> AWSError? in
            do throws(AWSError) {
                try await body(own)
                return nil
            } catch {
                return error
            }
        }.value
        guard let what, let trouble else { return }
        runtime.report(
            .warning(
                Diagnostic(
                    .warning, "\(what) may be left", notes: [trouble.description] + trouble.notes)))
    }

    /// What the first instance that told of its failure says on its console, or how to look.
    func instanceWords(_ operation: Operation) async -> [String] {
        let reasons = operation.events.compactMap(\.reason)
        guard let id = reasons.lazy.compactMap({ InstanceWords.instance(in: $0) }).first else {
            return InstanceWords.isSilence(reasons) ? [InstanceWords.silence] : []
        }
        let found = await Task { () -> [String] in
            guard var ec2 = services.ec2 else { return [] }
            ec2.deadline = runtime.timer.elapsed() + .seconds(20)
            // What EC2 stored when the instance was terminated, or else what is there now.
            for isLatest in [false, true] {
                let console = try? await ec2.getConsoleOutput(id, isLatest: isLatest)
                let reason = InstanceWords.reason(on: console?.bytes ?? [])
                if !reason.isEmpty { return reason }
            }
            return []
        }.value
        guard let first = found.first else {
            return [
                "`aws ec2 get-console-output --latest --output text --instance-id \(id)` shows what it was at, for an hour"
            ]
        }
        return ["the instance \(id) says: \(first)"] + found.dropFirst()
    }

    /// A little time, after which something is looked at again.
    func pause(_ goal: String) async throws(StackFailure) {
        guard runtime.timer.elapsed() + pace.poll < deadline else {
            throw failure(.deadline(goal: goal, last: nil))
        }
        do { try await runtime.timer.sleep(pace.poll) } catch { throw failure(.cancelled) }
    }

    private func waiter(_ goal: String) -> Waiter {
        // Without any answer yet a call's own attempts are enough: the network or the settings are wrong.
        Waiter(goal, interval: pace.poll, deadline: deadline, patience: contact.isMade ? pace.patience : .zero)
    }

    /// What the end of a wait means.
    func failure(_ error: WaitFailure<AWSError>) -> StackFailure {
        switch error {
        case .failed(let goal, let reason): StackFailure(.failed, "waited for \(goal): \(reason)")
        case .deadline(let goal, let last):
            StackFailure(
                .unfinished, "the time is over, still waiting for \(goal)",
                notes: last.map { ["the last answer was: \($0)"] } ?? [])
        case .cancelled: StackFailure(.cancelled, "it was interrupted")
        case .call(let error): failure(error)
        }
    }

    private func failure(_ error: AWSError) -> StackFailure {
        switch error.origin {
        case .cancelled: return StackFailure(.cancelled, "it was interrupted")
        case .deadline: return StackFailure(.unfinished, error.description)
        case .credentials(let trouble):
            return StackFailure(
                trouble.code == .unavailable ? .unavailable : .refused, error.description, notes: error.notes)
        case .service, .transport, .configuration, .answer: break
        }
        let code: StackFailure.Code =
            switch error.kind {
            case .throttling, .transient, .capacity, .propagation: .unavailable
            case .refused, .clockSkew, .expiredCredentials: .refused
            case .other: .failed
            }
        return StackFailure(code, error.description, notes: error.notes)
    }
}
