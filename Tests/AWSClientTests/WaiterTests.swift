import AWSClient
import TestBasics
import Testing

@Suite struct WaiterTests {
    private let clock = ManualClock()

    /// Asks until it ends; the answers are those of the list, and then pending for ever.
    private func wait(
        _ waiter: Waiter, random: Double = 0, _ answers: [Result<Waiter.Answer<Int>, AWSError>]
    ) async throws(WaitFailure<AWSError>) -> (value: Int, questions: Int) {
        var questions = 0
        let value = try await waiter.wait(on: WaitTimer(clock), random: { random }) { () throws(AWSError) in
            questions += 1
            return questions <= answers.count ? try answers[questions - 1].get() : .pending
        }
        return (value, questions)
    }

    private func failure(
        _ waiter: Waiter, _ answers: [Result<Waiter.Answer<Int>, AWSError>]
    ) async -> String {
        do throws(WaitFailure<AWSError>) {
            return "\(try await wait(waiter, answers).value)"
        } catch {
            return switch error {
            case .failed(let goal, let reason): "failed: \(goal): \(reason)"
            case .deadline(let goal, let last): "deadline: \(goal): \(last?.description ?? "-")"
            case .call(let error): "call: \(error)"
            case .cancelled: "cancelled"
            }
        }
    }

    private func error(_ code: String, _ origin: AWSError.Origin = .service, status: Int = 400) -> AWSError {
        AWSError(AWSCall(ClientScene.ec2, "Ask"), origin, code: code, "no", status: status)
    }

    private func waiter(deadline: Duration = .seconds(600), successes: Int = 1) -> Waiter {
        Waiter("it to be so", interval: .seconds(10), deadline: deadline, successes: successes)
    }

    @Test func theFirstYesIsEnough() async throws {
        #expect(try await wait(waiter(), [.success(.done(7))]) == (7, 1))
        #expect(clock.sleeps.isEmpty)
    }

    @Test(arguments: [(0.0, 10.0), (0.5, 9.5), (0.999, 9.001)])
    func thePaceIsSteadyWithALittleJitter(random: Double, seconds: Double) async throws {
        let answers = [Result<Waiter.Answer<Int>, AWSError>](repeating: .success(.pending), count: 5)
        #expect(try await wait(waiter(), random: random, answers + [.success(.done(7))]) == (7, 6))
        #expect(clock.sleeps.count == 5)
        for sleep in clock.sleeps { #expect(abs(sleep / .seconds(1) - seconds) < 0.001) }
    }

    @Test func successesMustBeInARow() async throws {
        let answers: [Waiter.Answer<Int>] = [.done(1), .done(2), .pending, .done(3), .done(4), .done(5)]
        #expect(try await wait(waiter(successes: 3), answers.map { .success($0) }) == (5, 6))
    }

    @Test func anErrorEndsTheRow() async throws {
        let answers: [Result<Waiter.Answer<Int>, AWSError>] = [
            .success(.done(1)), .failure(error("InternalError", status: 500)), .success(.done(2)), .success(.done(3)),
        ]
        #expect(try await wait(waiter(successes: 2), answers) == (3, 4))
    }

    @Test func whatWillNeverBeEndsTheWait() async {
        #expect(
            await failure(waiter(), [.success(.pending), .success(.failed("its state is failed"))])
                == "failed: it to be so: its state is failed")
        #expect(clock.sleeps.count == 1)
    }

    @Test func theDeadlineEndsTheWaitBeforeASleepThatPassesIt() async {
        #expect(await failure(waiter(deadline: .seconds(35)), []) == "deadline: it to be so: -")
        #expect(clock.sleeps.count == 3)
        #expect(clock.now.offset == .seconds(30))
    }

    @Test func theDeadlineTellsTheLastError() async {
        let answers: [Result<Waiter.Answer<Int>, AWSError>] = [
            .failure(error("RequestLimitExceeded")), .failure(error("", .deadline)),
        ]
        #expect(
            await failure(waiter(deadline: .seconds(15)), answers)
                == "deadline: it to be so: ec2 Ask: RequestLimitExceeded: no")
    }

    @Test(arguments: [
        ("RequestLimitExceeded", AWSError.Origin.service), ("InternalError", .service),
        ("", .transport(.cannotConnect)), ("", .transport(.timedOut)), ("", .answer), ("", .deadline),
        ("", .credentials(CredentialError(.unavailable, source: "s", "m"))),
    ])
    func whatPassesIsWaitedThrough(code: String, origin: AWSError.Origin) async throws {
        let answers = [Result<Waiter.Answer<Int>, AWSError>](repeating: .failure(error(code, origin)), count: 40)
        #expect(try await wait(waiter(), answers + [.success(.done(7))]) == (7, 41))
    }

    @Test(arguments: [
        ("UnauthorizedOperation", AWSError.Origin.service), ("ExpiredToken", .service), ("AuthFailure", .service),
        ("InsufficientInstanceCapacity", .service), ("InvalidParameterValue", .service), ("", .transport(.tls)),
        ("", .configuration), ("", .credentials(CredentialError(.none, source: "s", "m"))),
    ])
    func whatDoesNotPassEndsTheWait(code: String, origin: AWSError.Origin) async {
        let answer = error(code, origin)
        #expect(await failure(waiter(), [.success(.pending), .failure(answer)]) == "call: \(answer)")
    }

    @Test func notFoundMeansNotYetForABoundedTime() async throws {
        let unknown = error("InvalidAMIID.NotFound")
        let answers = [Result<Waiter.Answer<Int>, AWSError>](repeating: .failure(unknown), count: 12)
        #expect(try await wait(waiter(), answers + [.success(.done(7))]) == (7, 13))
        clock.advance(by: .seconds(50))
        #expect(await failure(waiter(), answers + [.failure(unknown)]) == "call: \(unknown)")
    }

    @Test func whoIsCancelledIsToldSo() async {
        #expect(await failure(waiter(), [.failure(error("", .cancelled))]) == "cancelled")
        let clock = ManualClock { withUnsafeCurrentTask { $0?.cancel() } }
        let waiter = waiter()
        let isCancelled = await Task {
            do throws(WaitFailure<AWSError>) {
                _ = try await waiter.wait(on: WaitTimer(clock), random: { 0 }) {
                    () async throws(AWSError) -> Waiter.Answer<Int> in .pending
                }
                return false
            } catch {
                if case .cancelled = error { return true }
                return false
            }
        }.value
        #expect(isCancelled)
    }
}
