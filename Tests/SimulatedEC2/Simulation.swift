import FoundationEssentials
import Synchronization
package import TestBasics

/// A simulated AWS: EC2, STS, Systems Manager's parameters and S3's objects, as far as the building of an image needs them.
///
/// It is a state machine in simulated time. Requests reach it by `SimulatedTransport` or by `withSimulatedServer`.
package final class Simulation: Sendable {
    /// Is told of each mutating call before its effect, and after it if there was one.
    package typealias MutationHook = @Sendable (MutationPoint) async -> Void

    private let state: Mutex<State>
    private let log = Mutex(CallLog())
    private let clock: SimulationClock
    private let onMutation: MutationHook

    package init(
        _ settings: SimulationSettings = SimulationSettings(), clock: SimulationClock,
        onMutation: @escaping MutationHook = { _ in }
    ) {
        self.clock = clock
        self.onMutation = onMutation
        state = Mutex(State(settings, clock))
    }

    /// Simulated time since the beginning.
    package var elapsed: Duration { clock.elapsed() }

    /// Changes the settings for what comes after. Networks, base images and the clock stay.
    package func update(_ change: (inout SimulationSettings) -> Void) {
        withState { change(&$0.settings) }
    }

    /// The state as it is by now.
    func withState<Value>(_ body: (inout State) -> Value) -> Value {
        state.withLock { state in
            state.settle(at: clock.elapsed())
            return body(&state)
        }
    }

    /// All calls so far, in the order in which they came.
    package var calls: [CallRecord] { log.withLock(\.records) }

    // MARK: - Answers

    /// What becomes of a request.
    enum Outcome: Sendable {
        case reply(SimulatedReply)
        /// The connection ends without an answer.
        case lost
        /// Nobody waits for the answer any longer.
        case late
    }

    /// Answers a request. Whoever sends it waits no longer than his patience.
    func answer(_ request: SimulatedRequest, patience: Duration? = nil) async -> Outcome {
        let latency = withState(\.settings.latency)
        if let patience, latency > patience {
            await clock.pass(patience)
            return .late
        }
        await clock.pass(latency)
        let requestID = withState { "\($0.hexadecimal(8))-0000-4000-8000-\($0.hexadecimal(12))" }
        let signer: Signer
        let service: ServiceKind
        let operation: Operation
        // Whatever cannot be understood is answered as EC2 does, unless it is signed for another service.
        var speaker = ServiceKind.ec2
        do throws(SimulatedError) {
            if request.headers["x-amz-target"] != nil { speaker = .ssm }
            signer = try Signer(request)
            guard let kind = ServiceKind(rawValue: signer.service) else {
                throw SimulatedError("InvalidAction", "The simulation does not know the service \(signer.service)")
            }
            service = kind
            speaker = kind
            operation = try Operation(request, kind)
        } catch {
            log.withLock { $0.note(refused: error, at: clock.elapsed()) }
            return reply(error, speaker, request, requestID)
        }

        let plan: CallPlan
        let number = log.withLock { $0.begin(operation, signer, at: clock.elapsed()) }
        do throws(SimulatedError) {
            plan = try admit(operation, signer)
        } catch {
            log.withLock { $0.end(number, .refused(error.code)) }
            return reply(error, service, request, requestID)
        }
        guard !plan.isLostBefore else {
            log.withLock { $0.end(number, .lost(isDone: false)) }
            return .lost
        }
        return await perform(operation, signer, plan, number, request, requestID, patience.map { $0 - latency })
    }

    /// Lets a call have its effect.
    private func perform(
        _ operation: Operation, _ signer: Signer, _ plan: CallPlan, _ number: Int, _ request: SimulatedRequest,
        _ requestID: String, _ patience: Duration?
    ) async -> Outcome {
        var point: MutationPoint?
        if operation.isMutating {
            let mutation = log.withLock { $0.countMutation() }
            point = MutationPoint(operation: operation.name, number: mutation, moment: .before)
        }
        if let point { await onMutation(point) }
        let result = effect(of: operation, signer, requestID)
        if case .success = result, var point {
            point.moment = .after
            await onMutation(point)
        }
        if let delay = plan.delay {
            await clock.pass(min(delay, patience ?? delay))
            if let patience, delay > patience {
                log.withLock { $0.end(number, .lost(isDone: (try? result.get()) != nil)) }
                return .late
            }
        }
        switch result {
        case .failure(let error):
            log.withLock { $0.end(number, .refused(error.code)) }
            return reply(error, operation.service, request, requestID)
        case .success where plan.isLostAfter:
            log.withLock { $0.end(number, .lost(isDone: true)) }
            return .lost
        case .success(var answer):
            if let error = plan.errorAfter {
                log.withLock { $0.end(number, .doneAndRefused(error.code)) }
                return reply(error, operation.service, request, requestID)
            }
            log.withLock { $0.end(number, .done) }
            complete(&answer, operation.service, requestID)
            return .reply(answer)
        }
    }

    private func effect(
        of operation: Operation, _ signer: Signer, _ requestID: String
    ) -> Result<SimulatedReply, SimulatedError> {
        withState { state in
            state.call = CallContext(operation: operation.name, region: signer.region, isDryRun: operation.isDryRun)
            // What fails, and what is only asked about, changes nothing.
            var copy = state
            do throws(SimulatedError) {
                let answer = try operation.perform(&copy, requestID)
                guard !operation.isDryRun else {
                    throw SimulatedError(
                        "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", status: 412)
                }
                state = copy
                return .success(answer)
            } catch {
                state.shortagesMet = copy.shortagesMet
                return .failure(error)
            }
        }
    }

    private func admit(_ operation: Operation, _ signer: Signer) throws(SimulatedError) -> CallPlan {
        let now = clock.elapsed()
        let result: Result<CallPlan, SimulatedError> = withState { state in
            log.withLock { log in
                do throws(SimulatedError) {
                    return .success(try state.admit(operation, signer, &log.counts, at: now))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    private func reply(
        _ error: SimulatedError, _ service: ServiceKind, _ request: SimulatedRequest, _ requestID: String
    ) -> Outcome {
        var answer = service.reply(error, requestID: requestID, isHead: request.method == "HEAD")
        complete(&answer, service, requestID)
        return .reply(answer)
    }

    /// Adds what all answers have.
    private func complete(_ answer: inout SimulatedReply, _ service: ServiceKind, _ requestID: String) {
        answer.headers.append(("Date", HTTPDate.text(withState(\.date))))
        answer.headers.append((service == .s3 ? "x-amz-request-id" : "x-amzn-RequestId", requestID))
        answer.headers.append(("Server", "SimulatedEC2"))
    }
}

/// A time as HTTP writes it: `Mon, 21 Sep 2026 14:13:20 GMT`.
enum HTTPDate {
    static func text(_ date: Date) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 2026-09-21T14:13:20Z
        let parts = date.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).split { "-TZ".contains($0) }
        let day = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(days[((day % 7) + 7) % 7]), \(parts[2]) \(month) \(parts[0]) \(parts[3]) GMT"
    }
}
