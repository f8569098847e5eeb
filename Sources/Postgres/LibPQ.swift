import CLibPQ
import Glibc

/// One `PGconn`, driven by libpq's non-blocking calls. It belongs to one connection's actor and is finished with it.
final class LibPQ {
    private let connection: OpaquePointer
    /// Whether the network was got through, so that another address of the host would answer no better.
    private(set) var reachedServer = false

    /// Starts to connect; the host must need no look-up.
    init(_ parameters: ConnectionParameters, address: String?) throws(PostgresError) {
        if let reason = libpq_open() {
            throw PostgresError(
                code: .connectionFailed, message: "\(String(cString: reason)); install libpq, which pgpool needs too")
        }
        let pairs = parameters.keywords(address: address)
        guard !pairs.contains(where: { $0.value.utf8.contains(0) }) else {
            throw PostgresError(code: .connectionFailed, message: "a connection parameter contains a NUL character")
        }
        let started = withCStrings(pairs.map(\.keyword)) { keywords in
            withCStrings(pairs.map(\.value)) { values in PQconnectStartParams(keywords, values, 0) }
        }
        guard let started else { throw PostgresError(code: .connectionFailed, message: "out of memory") }
        connection = started
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        // The only way to the server's code while connecting.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    }

    deinit {
        PQfinish(connection)
    }

    var isBroken: Bool { PQstatus(connection) == CONNECTION_BAD }
    var serverVersion: Int { Int(PQserverVersion(connection)) }
    var backendPID: Int { Int(PQbackendPID(connection)) }

    /// The protocol version of TLS, such as `TLSv1.3`; nil on a plain connection.
    var tlsVersion: String? {
        guard PQsslInUse(connection) == 1 else { return nil }
        return PQsslAttribute(connection, "protocol").map { String(cString: $0) } ?? "unknown"
    }

    private var message: String {
        let text = String(cString: PQerrorMessage(connection))
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Goes through the steps of connecting.
    func finishConnecting(_ waiter: Waiter) throws(PostgresError) {
        guard !isBroken else { throw .connecting(verbose: message) }
        var direction = PGRES_POLLING_WRITING
        while direction != PGRES_POLLING_OK {
            let events = direction == PGRES_POLLING_READING ? POLLIN : POLLOUT
            while try waiter.wait(for: events, on: PQsocket(connection)) == 0 {}
            direction = PQconnectPoll(connection)
            if direction == PGRES_POLLING_FAILED { throw .connecting(verbose: message) }
            reachedServer = reachedServer || PQstatus(connection) != CONNECTION_STARTED
        }
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
        // So that nothing blocks while sending, the farewell of PQfinish included.
        PQsetnonblocking(connection, 1)
    }

    /// Sends the query: by the simple protocol when there are no parameters, since pgpool's own commands need that.
    func send(_ sql: String, parameters: [String?], _ waiter: Waiter) throws(PostgresError) {
        guard !sql.utf8.contains(0), !parameters.contains(where: { $0?.utf8.contains(0) == true }) else {
            throw PostgresError(code: .queryFailed, message: "the query contains a NUL character")
        }
        let sent =
            if parameters.isEmpty {
                PQsendQuery(connection, sql)
            } else {
                withCStrings(parameters) { values in
                    PQsendQueryParams(connection, sql, Int32(parameters.count), nil, values, nil, nil, 0)
                }
            }
        guard sent == 1 else { throw lost() }
        while true {
            let flushed = PQflush(connection)
            if flushed == 0 { return }
            // The server may be waiting for us to read, so read what comes.
            let ready = try flushed > 0 ? waiter.wait(for: POLLIN | POLLOUT, on: PQsocket(connection)) : 0
            guard flushed > 0, ready & POLLIN == 0 || PQconsumeInput(connection) == 1 else { throw lost() }
        }
    }

    /// Reads to the end of the answer. Of several statements the last result counts, or the first error.
    func receive(_ waiter: Waiter) throws(PostgresError) -> QueryResult {
        var answer = QueryResult()
        var failure: PostgresError?
        while let result = try nextResult(waiter) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                answer = QueryResult(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // The protocol is now in a state that we have no way out of.
                throw PostgresError(code: .connectionFailed, message: "COPY is not supported")
            default:
                failure = failure ?? error(of: result)
            }
        }
        guard var failure else { return answer }
        if isBroken { failure.code = .connectionFailed }
        throw failure
    }

    private func nextResult(_ waiter: Waiter) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(connection) == 1 {
            let ready = try waiter.wait(for: POLLIN, on: PQsocket(connection))
            // A lost connection makes libpq give its last result, with the server's reason if it sent one.
            if ready != 0, PQconsumeInput(connection) == 0 { break }
        }
        return PQgetResult(connection)
    }

    private func error(of result: OpaquePointer) -> PostgresError {
        let field = { (code: Int32) in PQresultErrorField(result, code).map { String(cString: $0) } }
        return PostgresError(
            code: .queryFailed,
            sqlState: field(pg_diag_sqlstate),
            message: field(pg_diag_message_primary) ?? message)
    }

    private func lost() -> PostgresError {
        PostgresError(code: isBroken ? .connectionFailed : .queryFailed, message: message)
    }
}

extension QueryResult {
    fileprivate init(_ result: OpaquePointer) {
        let width = PQnfields(result)
        self.init(
            columns: (0..<width).map { String(cString: PQfname(result, $0)) },
            rows: (0..<PQntuples(result)).map { row in
                (0..<width).map { column in
                    guard PQgetisnull(result, row, column) == 0 else { return nil }
                    let bytes = UnsafeRawBufferPointer(
                        start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
                    return String(decoding: bytes, as: UTF8.self)
                }
            },
            affected: Int(String(cString: PQcmdTuples(result))) ?? 0)
    }
}

/// Calls the body with an array of C strings that a null pointer ends; nil becomes a null pointer too.
private func withCStrings<Result>(
    _ strings: [String?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = strings.map { $0.flatMap { strdup($0) } } + [nil]
    defer { copies.forEach { free($0) } }
    return copies.map { $0.map { UnsafePointer($0) } }.withUnsafeBufferPointer { body($0.baseAddress) }
}
