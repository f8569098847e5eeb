package import Postgres
import Synchronization

/// One session through pgpool that stays open and asks something in a transaction every 20 ms.
///
/// It ends with `stop()`, when it is released, or when the session is lost: it does not connect again.
package final class SteadySession: Sendable {
    package struct Report: Sendable {
        /// Transactions that were committed.
        package var rounds = 0
        package var errors: [(at: ContinuousClock.Instant, error: PostgresError)] = []
        /// The longest round of those that were committed.
        package var longest = Duration.zero
        /// Whether the connection broke.
        package var wasLost = false
    }

    private final class State: Sendable {
        let isOff = Atomic(false)
        let report = Mutex(Report())
    }

    private let state = State()
    private let task: Task<Void, Never>

    /// Connects and starts asking.
    package static func start(
        _ parameters: ConnectionParameters,
        asking sql: String = "SELECT 1",
        every interval: Duration = .milliseconds(20)
    ) async throws -> SteadySession {
        SteadySession(try await PostgresConnection.connect(parameters), sql, interval)
    }

    private init(_ connection: PostgresConnection, _ sql: String, _ interval: Duration) {
        let state = state
        task = Task {
            while !state.isOff.load(ordering: .relaxed), await connection.isOpen {
                let began = ContinuousClock.now
                do throws(PostgresError) {
                    for statement in ["BEGIN", sql, "COMMIT"] { _ = try await connection.query(statement) }
                    let took = began.duration(to: .now)
                    state.report.withLock {
                        $0.rounds += 1
                        $0.longest = max($0.longest, took)
                    }
                } catch {
                    state.report.withLock { $0.errors.append((.now, error)) }
                    // Out of the failed transaction, if there is a session left.
                    if await connection.isOpen { _ = try? await connection.query("ROLLBACK") }
                }
                try? await Task.sleep(until: began.advanced(by: interval), clock: .continuous)
            }
            let isOpen = await connection.isOpen
            state.report.withLock { $0.wasLost = !isOpen }
            await connection.close()
        }
    }

    deinit { state.isOff.store(true, ordering: .relaxed) }

    /// What was found so far.
    package var report: Report { state.report.withLock { $0 } }

    /// Ends the session after its round, and returns what was found.
    package func stop() async -> Report {
        state.isOff.store(true, ordering: .relaxed)
        await task.value
        return report
    }
}
