@testable import AWSClient
import Foundation
import Synchronization
import Testing

struct CredentialCacheTests {
    private let clock = TestClock()

    /// Gives out what a test tells it, and counts.
    private final class Source: CredentialProvider {
        private let state = Mutex((calls: 0, running: 0, most: 0))
        private let answer: @Sendable (Int) async throws(CredentialError) -> Credentials?

        init(_ answer: @escaping @Sendable (_ call: Int) async throws(CredentialError) -> Credentials?) {
            self.answer = answer
        }

        var calls: Int { state.withLock(\.calls) }
        var mostAtOnce: Int { state.withLock(\.most) }

        func credentials() async throws(CredentialError) -> Credentials? {
            let call = state.withLock { state in
                state.calls += 1
                state.running += 1
                state.most = max(state.most, state.running)
                return state.calls
            }
            defer { state.withLock { $0.running -= 1 } }
            return try await answer(call)
        }
    }

    private static let failure = CredentialError(.unavailable, source: "fake", "not now")

    private func credentials(_ number: Int, lasting seconds: Double? = 3600) -> Credentials {
        Credentials(
            accessKeyID: "ASIAFAKE\(number)", secretAccessKey: "FAKE",
            expiration: seconds.map { clock.now.addingTimeInterval($0) })
    }

    private func cache(_ source: Source) -> CredentialCache {
        CredentialCache(source, now: { clock.now }, sleep: clock.sleep)
    }

    @Test func aHundredWhoAskAtOnceShareOneRequest() async throws {
        let source = Source { call throws(CredentialError) in
            try? await Task.sleep(for: .milliseconds(50))
            return credentials(call)
        }
        let cache = cache(source)
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await cache.current().accessKeyID } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(found == ["ASIAFAKE1"])
        #expect(source.calls == 1)
    }

    @Test func aHundredShareAFailureToo() async {
        let source = Source { _ throws(CredentialError) in
            try? await Task.sleep(for: .milliseconds(50))
            throw Self.failure
        }
        let cache = cache(source)
        let failures = await withTaskGroup(of: CredentialError?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    do throws(CredentialError) {
                        _ = try await cache.current()
                        return nil
                    } catch { return error }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.count == 100)
        #expect(failures.allSatisfy { $0 == Self.failure })
        #expect(source.mostAtOnce == 1)
    }

    @Test func theyAreRenewedFiveMinutesAhead() async throws {
        let source = Source { credentials($0) }
        let cache = cache(source)
        _ = try await cache.current()
        clock.advance(by: 3600 - 301)
        #expect(try await cache.current().accessKeyID == "ASIAFAKE1")
        clock.advance(by: 1)
        #expect(try await cache.current().accessKeyID == "ASIAFAKE2")
        #expect(source.calls == 2)
    }

    @Test func thoseOfAShortLifeAreRenewedInItsLastThird() async throws {
        let source = Source { credentials($0, lasting: 60) }
        let cache = cache(source)
        _ = try await cache.current()
        clock.advance(by: 39)
        #expect(try await cache.current().accessKeyID == "ASIAFAKE1")
        clock.advance(by: 1)
        #expect(try await cache.current().accessKeyID == "ASIAFAKE2")
    }

    @Test func thoseWithoutAnEndStay() async throws {
        let source = Source { credentials($0, lasting: nil) }
        let cache = cache(source)
        _ = try await cache.current()
        clock.advance(by: 1e9)
        #expect(try await cache.current().accessKeyID == "ASIAFAKE1")
    }

    @Test func aFailureIsNotKept() async throws {
        let source = Source { call throws(CredentialError) in
            guard call > 2 else { throw Self.failure }
            return credentials(call)
        }
        let cache = cache(source)
        await #expect(throws: Self.failure) { try await cache.current() }
        await #expect(throws: Self.failure) { try await cache.current() }
        #expect(try await cache.current().accessKeyID == "ASIAFAKE3")
        #expect(clock.sleeps == [.milliseconds(250), .milliseconds(500)])
    }

    @Test func theOldOnesServeAsLongAsTheyAreValid() async throws {
        let source = Source { call throws(CredentialError) in
            guard call == 1 else { throw Self.failure }
            return credentials(call)
        }
        let cache = cache(source)
        _ = try await cache.current()
        clock.advance(by: 3400)
        for _ in 0..<10 { #expect(try await cache.current().accessKeyID == "ASIAFAKE1") }
        // The others were too soon after it.
        #expect(source.calls == 2)
        clock.advance(by: 0.3)
        #expect(try await cache.current().accessKeyID == "ASIAFAKE1")
        #expect(source.calls == 3)
        clock.advance(by: 200)
        await #expect(throws: Self.failure) { try await cache.current() }
    }

    @Test func thePauseIsTenSecondsAtMost() async {
        let cache = cache(Source { _ throws(CredentialError) in throw Self.failure })
        for _ in 0..<20 { _ = try? await cache.current() }
        #expect(clock.sleeps.max() == .seconds(10))
    }

    @Test func whatWasCalledExpiredIsRenewedOnce() async throws {
        let source = Source { credentials($0) }
        let cache = cache(source)
        let old = try await cache.current()
        await cache.invalidate(old)
        let new = try await cache.current()
        #expect(new.accessKeyID == "ASIAFAKE2")
        // Somebody else who has used the old ones comes later.
        await cache.invalidate(old)
        #expect(try await cache.current() == new)
        #expect(source.calls == 2)
    }

    @Test func whatWasCalledExpiredIsNotGivenOutAgain() async throws {
        let source = Source { call throws(CredentialError) in
            guard call == 1 else { throw Self.failure }
            return credentials(call)
        }
        let cache = cache(source)
        await cache.invalidate(try await cache.current())
        await #expect(throws: Self.failure) { try await cache.current() }
    }

    @Test func thoseThatAreOverAlreadyAreAnError() async {
        let cache = cache(Source { credentials($0, lasting: -1) })
        let error = await #expect(throws: CredentialError.self) { try await cache.current() }
        #expect(error?.message == "those that were given out are over already")
    }

    @Test func noSourceIsAnError() async {
        let cache = cache(Source { _ in nil })
        let error = await #expect(throws: CredentialError.self) { try await cache.current() }
        #expect(error?.code == CredentialError.Code.none)
    }

    @Test func whoStopsWaitingDoesNotDisturbTheOthers() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let source = Source { call throws(CredentialError) in
            for await _ in released {}
            return credentials(call)
        }
        let cache = cache(source)
        let impatient = Task { try await cache.current() }
        let patient = Task { try await cache.current() }
        while await cache.waiting < 2 { await Task.yield() }
        impatient.cancel()
        let error = await #expect(throws: CredentialError.self) { try await impatient.value }
        release.finish()
        #expect(error?.message == "the wait for them was given up")
        #expect(try await patient.value.accessKeyID == "ASIAFAKE1")
        #expect(source.calls == 1)
    }

    @Test func whenNobodyWaitsTheRequestIsStopped() async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let source = Source { call throws(CredentialError) in
            guard call == 1 else { return credentials(call) }
            event.yield("started")
            do { try await Task.sleep(for: .seconds(60)) } catch { event.yield("stopped") }
            throw Self.failure
        }
        let cache = cache(source)
        let only = Task { try await cache.current() }
        var seen = events.makeAsyncIterator()
        #expect(await seen.next() == "started")
        only.cancel()
        #expect(await seen.next() == "stopped")
        await #expect(throws: CredentialError.self) { try await only.value }
        #expect(try await cache.current().accessKeyID == "ASIAFAKE2")
        #expect(clock.sleeps == [])
    }

    @Test func whoIsCancelledAlreadyAsksNobody() async {
        let source = Source { credentials($0) }
        let cache = cache(source)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await cache.current()
        }
        task.cancel()
        await #expect(throws: CredentialError.self) { try await task.value }
        #expect(source.calls == 0)
    }
}
