package import Postgres
import Synchronization

/// A steady load of short sessions through pgpool: each connects, inserts one numbered row, and closes.
///
/// It ends with `stop()`, or when it is released.
package final class WriteLoad: Sendable {
    /// One session's fate.
    package struct Record: Sendable {
        package var worker: Int
        /// Counts up for each worker; the row has both.
        package var number: Int
        package var began: ContinuousClock.Instant
        package var took: Duration
        /// Nil when the row was written, as far as the client was told.
        package var error: PostgresError?
    }

    private final class State: Sendable {
        let isOff = Atomic(false)
        let records = Mutex<[Record]>([])
    }

    private let state = State()
    private let workers: [Task<Void, Never>]

    /// Makes the table `(worker int, number int)` and starts the workers, each of which pauses between its sessions.
    package static func start(
        _ parameters: ConnectionParameters,
        workers count: Int,
        table: String = "write_load",
        pause: Duration = .milliseconds(5)
    ) async throws -> WriteLoad {
        let connection = try await PostgresConnection.connect(parameters)
        _ = try await connection.query(
            "CREATE TABLE IF NOT EXISTS \(table) (worker int, number int, PRIMARY KEY (worker, number))")
        await connection.close()
        return WriteLoad(parameters, count, table, pause)
    }

    private init(_ parameters: ConnectionParameters, _ count: Int, _ table: String, _ pause: Duration) {
        let state = state
        workers = (0..<count).map { worker in
            Task {
                var number = 0
                while !state.isOff.load(ordering: .relaxed) {
                    let began = ContinuousClock.now
                    let error = await Self.write(parameters, "INSERT INTO \(table) VALUES (\(worker), \(number))")
                    let record = Record(
                        worker: worker, number: number, began: began, took: began.duration(to: .now), error: error)
                    state.records.withLock { $0.append(record) }
                    number += 1
                    try? await Task.sleep(for: pause)
                }
            }
        }
    }

    deinit { state.isOff.store(true, ordering: .relaxed) }

    /// The sessions that are over, in the order of their beginning.
    package var records: [Record] { state.records.withLock { $0 }.sorted { $0.began < $1.began } }

    /// Lets the sessions that are under way finish, and returns all records.
    package func stop() async -> [Record] {
        state.isOff.store(true, ordering: .relaxed)
        for worker in workers { await worker.value }
        return records
    }

    private static func write(_ parameters: ConnectionParameters, _ sql: String) async -> PostgresError? {
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(parameters)
            // After a failure it closes when it is released.
            _ = try await connection.query(sql)
            await connection.close()
            return nil
        } catch {
            return error
        }
    }
}

extension [WriteLoad.Record] {
    /// Those that failed.
    package var failures: [WriteLoad.Record] { filter { $0.error != nil } }
}
