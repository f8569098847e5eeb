import HealthDecision
import Postgres

/// The probes of one set of settings, each a question with an answer that is bounded in time.
struct Probes: Sendable {
    let settings: DoctorSettings
    let mainProcess: MainProcess?
    let pcp: PCPClient?
    let connection: WarmConnection?
    let writerName: NameLookup?
    let readerNames: [(number: Int, name: NameLookup)]
    private let pgpoolName: NameLookup
    private let pgpoolPort = PortProbe()
    private let backendPort = PortProbe()

    /// pgpool sends all its own errors with this code.
    private static let pgpoolError = "XX000"
    private static let tooManyConnections = "53300"
    private static let loginFailures: Set<String> = ["28P01", "28000"]

    /// A volatile function goes to node 0, whatever the weights are. A health user that is itself set to read-only says
    /// nothing of the server.
    private static let writerQuestion = """
        SELECT pg_is_in_recovery(), setting = 'on' AND source NOT IN ('user', 'database user', 'client', 'session') \
        FROM pg_settings WHERE name = 'default_transaction_read_only'
        """

    init(_ settings: DoctorSettings) {
        self.settings = settings
        // Beside the folder of a Unix socket there is the port of the same number.
        pgpoolName = NameLookup(host: settings.pgpoolHost.hasPrefix("/") ? "127.0.0.1" : settings.pgpoolHost)
        mainProcess = settings.pgpool.pidFile.map { MainProcess(pidFile: $0) }
        pcp = settings.pgpool.pcp.map { PCPClient($0) }
        connection = settings.login.map { WarmConnection($0) }
        writerName = settings.pgpool.nodes.first { $0.number == 0 }.map { NameLookup(host: $0.host) }
        readerNames = settings.pgpool.nodes.filter { $0.number != 0 }.map { ($0.number, NameLookup(host: $0.host)) }
    }

    func process() -> ProcessFinding {
        mainProcess?.find().finding ?? .unknown("there is no pgpool.conf beside pgdoctor.cfg")
    }

    func port() async -> PortFinding {
        let found = await pgpoolName.addresses(within: settings.timeout) ?? pgpoolName.lastKnown
        guard let found, !found.isEmpty else { return .refuses("'\(pgpoolName.host)' has no address") }
        return await pgpoolPort.connect(toOneOf: found, settings.pgpoolPort, within: settings.timeout)
    }

    /// pgpool's children, and what that says.
    func children(within limit: Duration? = nil) async -> (finding: PCPFinding, children: [PCPClient.Child]?)? {
        guard let pcp else { return (.unknown(settings.pgpool.pcpMissing), nil) }
        do throws(PCPError) {
            let before = await connection?.holding
            let children = try await pcp.children(within: limit ?? settings.timeout)
            let after = await connection?.holding
            let counts = Children(
                busy: children.count(where: \.isBusy), total: children.count, reserved: settings.pgpool.reserved,
                pooled: children.reduce(0) { $0 + $1.entries.count { $0.node == 0 } },
                poolSize: children.count * settings.pgpool.maxPool,
                // Without a connection of the doctor's there is none to tell apart.
                own: before == after ? (after ?? WarmConnection.Holding(children: 0, changes: 0)).children : nil)
            return (.answers(counts), children)
        } catch {
            switch error.code {
            case .unreachable: return (.unreachable(error.message), nil)
            case .refused: return (.refuses(error.message), nil)
            case .timeout: return (.silent, nil)
            case .cancelled: return nil
            }
        }
    }

    /// Asks the writer, which also shows whether queries are taken at all. Nil when it was cancelled, or when
    /// another probe is asking.
    func writer(mayRenew: Bool) async -> (session: SessionFinding, writer: WriterFinding)? {
        guard let connection else {
            let reason = "there is no pg_user in pgdoctor.cfg"
            return (.unknown(reason), .unknown(reason))
        }
        if await connection.hasTimedOut {
            let trouble = await backendTrouble()
            await connection.note(isTroubled: trouble != nil)
            if let trouble { return (.refuses(trouble), .unknown(trouble.message)) }
        }
        do throws(PostgresError) {
            guard let answer = try await connection.query(Probes.writerQuestion, mayRenew: mayRenew) else { return nil }
            let row = answer.rows.first ?? []
            return (.answers, row == ["f", "f"] ? .takesWrites : row.first == "f" ? .readOnly : .inRecovery)
        } catch {
            if error.code == .cancelled { return nil }
            let session = await finding(error)
            if case .refuses(let refusal) = session, refusal.kind == .writerUnreachable {
                return (session, .unknown(refusal.message))
            }
            return (session, .unknown(Probes.line(error.description)))
        }
    }

    /// Asks where reads go.
    func reader(mayRenew: Bool) async -> ReaderFinding? {
        guard settings.pgpool.readerMissing.isEmpty else { return .unknown(settings.pgpool.readerMissing) }
        guard let connection else { return .unknown("there is no pg_user in pgdoctor.cfg") }
        do throws(PostgresError) {
            // A stable function goes where reads go; the application's name makes that a reader.
            let sql = "SELECT current_setting('transaction_read_only')"
            guard let answer = try await connection.query(sql, mayRenew: mayRenew) else { return nil }
            return answer.scalar == "on" ? .onReader : .onWriter
        } catch {
            return error.code == .cancelled ? nil : .unknown(Probes.line(error.description))
        }
    }

    /// Asks the user's own questions.
    func checks(mayRenew: Bool) async -> ChecksFinding? {
        guard let connection, !settings.checks.isEmpty else { return .pass }
        var failures: [String] = []
        for check in settings.checks {
            do throws(PostgresError) {
                guard let answer = try await connection.query(check.query, mayRenew: mayRenew) else { return nil }
                if let failure = check.failure(of: answer) { failures.append(failure) }
            } catch {
                switch error.code {
                case .cancelled: return nil
                // A server that lives ends a slow query itself; one that does not is no failure of the check.
                case .connectionFailed, .timeout: return .unknown(Probes.line(error.description))
                case .queryFailed: failures.append("\(check.name): \(Probes.line(error.description))")
                }
            }
        }
        return failures.isEmpty ? .pass : .fail(failures)
    }

    /// What a failed query says of pgpool and of the databases behind it.
    private func finding(_ error: PostgresError) async -> SessionFinding {
        let message = Probes.line(error.message)
        if error.sqlState == Probes.tooManyConnections {
            // pgpool and PostgreSQL have the same code; pgpool's own sentence begins with a capital.
            return message.hasPrefix("Sorry, ") ? .full(message) : .refuses(Refusal(.database, message))
        }
        // pgpool has one code for everything; of its rules only the text speaks.
        if error.sqlState == Probes.pgpoolError, message.contains("pool_hba.conf") {
            return .refuses(Refusal(.notAllowed, message))
        }
        if let refusal = await backendTrouble() { return .refuses(refusal) }
        if error.code == .timeout { return .silent }
        guard let sqlState = error.sqlState else { return .unreachable(message) }
        let isLogin = Probes.loginFailures.contains(sqlState) || sqlState == Probes.pgpoolError
        return .refuses(Refusal(isLogin ? .login : .database, message))
    }

    /// What is wrong with the databases, asked past pgpool; nil if nothing is. One that hangs or has no address keeps
    /// pgpool's sessions waiting, on every instance alike.
    private func backendTrouble() async -> Refusal? {
        for node in settings.pgpool.nodes where node.number == 0 || node.weight > 0 {
            let isWriter = node.number == 0
            guard let name = isWriter ? writerName : readerNames.first(where: { $0.number == node.number })?.name else {
                continue
            }
            let place = "the \(node.endpoint) \(node.host):\(node.port)"
            let limit = min(settings.timeout, .seconds(1))
            guard let found = await name.addresses(within: limit) ?? name.lastKnown else {
                return Refusal(.database, "\(place) has no address: its name cannot be looked up")
            }
            switch await backendPort.greet(oneOf: found, node.port, within: limit) {
            case .accepts: continue
            case .refuses(let reason):
                // pgpool goes on without a reader that refuses.
                if isWriter { return Refusal(.writerUnreachable, "\(place) is away: \(reason)") }
            case .silent:
                return Refusal(isWriter ? .writerUnreachable : .database, "\(place) does not answer")
            }
        }
        return nil
    }

    /// A message as one line, without libpq's and the server's words on where it came from.
    static func line(_ text: String) -> String {
        var line = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(
            separator: "; ")
        for severity in ["FATAL:", "ERROR:"] {
            guard line.hasPrefix("connection to server"), let found = line.firstRange(of: " failed: \(severity)") else {
                continue
            }
            line = String(line[found.upperBound...].drop(while: \.isWhitespace))
        }
        return line
    }
}

/// Makes TCP connections to see whether that can be done, and closes them.
private actor PortProbe {
    private let executor = DispatchQueueExecutor(label: "doctor.port")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// PostgreSQL's question whether TLS is spoken: length 8 and the code 80877103. Any server that lives answers it with
    /// one byte, before it knows who asks.
    private static let sslRequest: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 47]

    /// Connects to the first address that lets it.
    func connect(toOneOf addresses: Set<String>, _ port: Int, within limit: Duration) -> PortFinding {
        reach(addresses, port, limit) { (_: TimedSocket) throws(SocketError) in }
    }

    /// The same, and has PostgreSQL say something: the kernel takes connections for a server that hangs.
    func greet(oneOf addresses: Set<String>, _ port: Int, within limit: Duration) -> PortFinding {
        reach(addresses, port, limit) { (socket: TimedSocket) throws(SocketError) in
            try socket.write(PortProbe.sslRequest)
            _ = try socket.read(atMost: 1)
        }
    }

    private func reach(
        _ addresses: Set<String>, _ port: Int, _ limit: Duration,
        _ talk: (TimedSocket) throws(SocketError) -> Void
    ) -> PortFinding {
        let deadline = ContinuousClock.now.advanced(by: limit)
        var finding = PortFinding.silent
        for address in addresses.sorted() {
            do throws(SocketError) {
                try talk(try TimedSocket(address: address, port: port, deadline: deadline))
                return .accepts
            } catch {
                finding = error.code == .unreachable ? .refuses(error.description) : .silent
            }
        }
        return finding
    }
}
