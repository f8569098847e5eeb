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
    private let pgpoolPort = PortProbe()
    private let writerPort = PortProbe()

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
        let host = settings.pgpoolHost
        let addresses = host.hasPrefix("/") ? nil : await NameLookup(host: host).addresses(within: settings.timeout)
        guard let address = addresses?.sorted().first else { return .refuses("'\(host)' has no address") }
        return await pgpoolPort.connect(to: address, settings.pgpoolPort, within: settings.timeout)
    }

    /// pgpool's children, and what that says.
    func children() async -> (finding: PCPFinding, children: [PCPClient.Child]?)? {
        guard let pcp else { return (.unknown(settings.pgpool.pcpMissing), nil) }
        do throws(PCPError) {
            let children = try await pcp.children(within: settings.timeout)
            let counts = Children(
                busy: children.count(where: \.isBusy), total: children.count, reserved: settings.pgpool.reserved,
                pooled: children.reduce(0) { $0 + $1.entries.count { $0.node == 0 } },
                poolSize: children.count * settings.pgpool.maxPool)
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

    /// Asks the writer, which also shows whether queries are taken at all. Nil when it was cancelled.
    func writer(mayRenew: Bool) async -> (session: SessionFinding, writer: WriterFinding)? {
        guard let connection else {
            let reason = "there is no pg_user in pgdoctor.cfg"
            return (.unknown(reason), .unknown(reason))
        }
        do throws(PostgresError) {
            let row = try await connection.query(Probes.writerQuestion, mayRenew: mayRenew).rows.first ?? []
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
            return try await connection.query(sql, mayRenew: mayRenew).scalar == "on" ? .onReader : .onWriter
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
                let answer = try await connection.query(check.query, mayRenew: mayRenew)
                if let failure = check.failure(of: answer) { failures.append(failure) }
            } catch {
                switch error.code {
                case .cancelled: return nil
                case .connectionFailed: return .unknown(Probes.line(error.description))
                case .queryFailed, .timeout: failures.append("\(check.name): \(Probes.line(error.description))")
                }
            }
        }
        return failures.isEmpty ? .pass : .fail(failures)
    }

    /// What a failed query says of pgpool and of the writer.
    private func finding(_ error: PostgresError) async -> SessionFinding {
        let message = Probes.line(error.message)
        if error.sqlState == Probes.tooManyConnections { return .full(message) }
        // pgpool has one code for everything; of its rules only the text speaks.
        if error.sqlState == Probes.pgpoolError, message.contains("pool_hba.conf") {
            return .refuses(Refusal(.notAllowed, message))
        }
        if let unreachable = await writerUnreachable() {
            return .refuses(Refusal(.writerUnreachable, unreachable))
        }
        if error.code == .timeout { return .silent }
        guard let sqlState = error.sqlState else { return .unreachable(message) }
        let isLogin = Probes.loginFailures.contains(sqlState) || sqlState == Probes.pgpoolError
        return .refuses(Refusal(isLogin ? .login : .database, message))
    }

    /// Why no connection to the writer's port can be made; nil if one can, or nobody knows.
    private func writerUnreachable() async -> String? {
        guard let node = settings.pgpool.nodes.first(where: { $0.number == 0 }),
            let address = await writerName?.addresses(within: .milliseconds(500))?.sorted().first
        else { return nil }
        let limit = min(settings.timeout, .seconds(1))
        switch await writerPort.connect(to: address, node.port, within: limit) {
        case .accepts: return nil
        case .refuses(let reason): return "the writer \(node.host):\(node.port) is away: \(reason)"
        case .silent: return "the writer \(node.host):\(node.port) does not answer"
        }
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

    func connect(to address: String, _ port: Int, within limit: Duration) -> PortFinding {
        do throws(SocketError) {
            _ = try TimedSocket(address: address, port: port, deadline: .now.advanced(by: limit))
            return .accepts
        } catch {
            return error.code == .unreachable ? .refuses(error.description) : .silent
        }
    }
}
