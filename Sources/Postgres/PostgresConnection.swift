/// A connection to a PostgreSQL server, or to Pgpool-II.
///
/// Its work runs on a queue of its own, off Swift's cooperative pool. Every operation ends at its deadline or with its
/// task. After a time-out or a cancellation the connection is closed, since half of an answer may still be on its way;
/// to end the statement on the server too, set `statement_timeout` in the parameters' options.
package actor PostgresConnection {
    private let executor = DispatchQueueExecutor(label: "postgres.connection")
    private let wakeup: Wakeup
    private let parameters: ConnectionParameters
    private var libpq: LibPQ?

    /// The queue that the connection's work runs on.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(_ parameters: ConnectionParameters) throws(PostgresError) {
        self.parameters = parameters
        wakeup = try Wakeup()
    }

    /// Connects and authenticates within the parameters' `connectTimeout`.
    package static func connect(
        _ parameters: ConnectionParameters
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = try PostgresConnection(parameters)
        try await connection.open()
        return connection
    }

    /// Runs a query and reads its whole answer.
    ///
    /// Without parameters it goes by the simple protocol, which allows several statements, of which the last result
    /// is returned. With parameters (`$1`…, as text, nil for NULL) it is one statement. Queries of several tasks are
    /// run one after the other; the time of each counts from its turn.
    package func query(
        _ sql: String,
        parameters values: [String?] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> QueryResult {
        if Task.isCancelled {
            throw PostgresError(code: .cancelled, message: "cancelled before querying \(parameters)")
        }
        let outcome = await bounded(by: timeout ?? parameters.queryTimeout, "querying \(parameters)") {
            (connection, waiter) throws(PostgresError) in
            guard let libpq = connection.libpq else {
                throw PostgresError(code: .connectionFailed, message: "the connection is closed")
            }
            try libpq.send(sql, parameters: values, waiter)
            return try libpq.receive(waiter)
        }
        if case .failure(let error) = outcome, error.code != .queryFailed { libpq = nil }
        return try outcome.get()
    }

    /// Closes the connection, after the query that is under way; closing twice is no error.
    package func close() {
        libpq = nil
    }

    /// Whether queries can be sent: not closed by us nor found lost.
    package var isOpen: Bool { libpq != nil }

    /// The server's version as a number, such as 150004; 0 when closed.
    package var serverVersion: Int { libpq?.serverVersion ?? 0 }

    /// The process id of the server's backend; 0 when closed.
    package var backendPID: Int { libpq?.backendPID ?? 0 }

    /// Whether the connection is encrypted.
    package var isTLS: Bool { tlsVersion != nil }

    /// The version of TLS, such as `TLSv1.3`; nil on a plain connection.
    package var tlsVersion: String? { libpq?.tlsVersion }

    private func open() async throws(PostgresError) {
        let outcome = await bounded(by: parameters.connectTimeout, "connecting to \(parameters)") {
            (connection, waiter) throws(PostgresError) in
            connection.libpq = try Self.open(connection.parameters, waiter)
        }
        try outcome.get()
    }

    /// Tries the host's addresses in turn until the server is reached; each has an equal share of the time left.
    private static func open(_ parameters: ConnectionParameters, _ waiter: Waiter) throws(PostgresError) -> LibPQ {
        var addresses = try AddressLookup.addresses(of: parameters.host, waiter: waiter)[...]
        while true {
            let address = addresses.popFirst() ?? nil
            let libpq = try LibPQ(parameters, address: address)
            do {
                try libpq.finishConnecting(waiter.sharing(among: addresses.count + 1))
                return libpq
            } catch {
                if libpq.reachedServer || addresses.isEmpty || error.code == .cancelled { throw error }
            }
        }
    }

    private func bounded<Value: Sendable>(
        by timeout: Duration,
        _ activity: String,
        _ body: (isolated PostgresConnection, Waiter) throws(PostgresError) -> Value
    ) async -> Result<Value, PostgresError> {
        let waiter = Waiter(wakeup: wakeup, deadline: .now.advanced(by: timeout), activity: activity)
        return await withTaskCancellationHandler {
            Result { () throws(PostgresError) in try body(self, waiter) }
        } onCancel: {
            waiter.wakeup.signal()
        }
    }
}
