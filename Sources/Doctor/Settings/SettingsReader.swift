import ClusterSpec
import Crypto
package import Diagnostics
import Glibc
import HealthDecision
import PgpoolConfig
import Postgres
import YAMLDocument

/// Reads pgdoctor.cfg, what lies beside it, and the spec.
package struct SettingsReader: Sendable {
    /// The path of pgdoctor.cfg as the user gave it.
    package var config: String
    /// The spec's path; a missing file is an error only if the user gave it.
    package var spec: String
    package var isSpecGiven: Bool
    /// The value of `PGPASSFILE`.
    package var passfile: String?

    /// The application name by which pgpool.conf sends the doctor's reads to the reader.
    static let applicationName = "pgdoctor-replica"
    private static let defaultPort = 8071
    private static let defaultPgpoolPort = 9999

    package init(config: String, spec: String, isSpecGiven: Bool, passfile: String?) {
        self.config = config
        self.spec = spec
        self.isSpecGiven = isSpecGiven
        self.passfile = passfile
    }

    /// The settings with what is odd about them; throws every error at once.
    package func read() throws(DiagnosticsError) -> (settings: DoctorSettings, warnings: [Diagnostic]) {
        let folder = parent(of: SmallFile.resolved(config) ?? config)
        let sources = [config, spec] + Rendering.fileNames.map { "\(folder)/\($0)" }
        // Taken first, so that a change in the middle of reading is not missed.
        let signature = DoctorSettings.signature(of: sources)
        guard let bytes = SmallFile.bytes(config) else {
            throw DiagnosticsError(
                Diagnostic(
                    .error, "cannot read \(config): \(String(cString: strerror(errno)))",
                    notes: ["`pgpool-aurora render-config --apply` installs it; or give another by --config"]))
        }
        let contents = PgdoctorFile.read(bytes)
        var findings: [Diagnostic] = []
        let health = try readHealth()
        let numbers = Numbers(contents: contents, file: config)
        let port = numbers.port("http_port", default: Self.defaultPort, range: 1...65535, &findings)
        let pgpoolPort = numbers.port("pg_port", default: Self.defaultPgpoolPort, range: 1...65535, &findings)
        let connectTimeout = numbers.port("pg_connection_timeout", default: 3, range: 1...3600, &findings)
        let checks = readChecks(contents, &findings)
        for key in ["pg_host", "pg_user", "pg_password", "pg_database"] {
            guard let text = contents.values[key], !text.isEmpty, contents.connectionValue(key) == nil else { continue }
            findings.append(
                finding(
                    .error, contents.keyLines[key] ?? 1, key: key,
                    "cannot be read: quotes do not close, or there is a blank outside of them"))
        }
        findings += contents.fatalLines.map {
            finding(.error, $0, "a check is \"SQL\", or \"SQL\" = \"value\" with one of =, < and >")
        }
        guard !findings.hasErrors else { throw DiagnosticsError(findings.sortedByLocation()) }

        let host = contents.connectionValue("pg_host") ?? "127.0.0.1"
        let timeout = health?.timeout.value ?? .seconds(2)
        var settings = DoctorSettings(
            port: port, listenAddresses: health?.listenAddresses.map(\.value) ?? [],
            statusNetworks: health?.statusNetworks.map(\.value) ?? [], pgpoolHost: host, pgpoolPort: pgpoolPort,
            login: nil, checks: checks, interval: health?.interval.value ?? .seconds(1), timeout: timeout,
            policy: policy(health, longest: timeout + .seconds(connectTimeout)), heals: health?.heal.value ?? true,
            ec2: health?.ec2,
            pgpool: PgpoolFacts(folder: folder, pgpoolHost: host), digest: digest(of: folder),
            sources: sources, signature: signature)
        if let user = contents.connectionValue("pg_user"), !user.isEmpty {
            settings.login = ConnectionParameters(
                host: host, port: pgpoolPort, database: contents.connectionValue("pg_database") ?? user, user: user,
                password: contents.connectionValue("pg_password").flatMap { $0.isEmpty ? nil : $0 },
                passfile: passfilePath(folder), sslmode: .disable, applicationName: Self.applicationName,
                connectTimeout: .seconds(connectTimeout), queryTimeout: timeout)
        } else if !checks.isEmpty {
            findings.append(finding(.warning, 1, "there is no pg_user, so the checks cannot be asked"))
        }
        return (settings, findings.sortedByLocation())
    }

    private func finding(_ severity: Severity, _ line: Int, key: String = "", _ message: String) -> Diagnostic {
        Diagnostic(severity, at: SourceLocation(file: config, line: line, column: 1), key: key, message)
    }

    /// `health:` of the spec; nil without a spec.
    private func readHealth() throws(DiagnosticsError) -> Health? {
        guard let bytes = SmallFile.bytes(spec) else {
            if errno == ENOENT, !isSpecGiven { return nil }
            throw DiagnosticsError(
                Diagnostic(
                    .error, "cannot read \(spec): \(String(cString: strerror(errno)))",
                    notes: ["the doctor takes `health:` from there; it needs no secret, so let everybody read it"]))
        }
        let (read, findings) = ClusterSpec.read(try YAMLDocument(parsing: bytes, file: spec))
        // What is merely odd is render-config's to say.
        guard !findings.hasErrors else { throw DiagnosticsError(findings.filter { $0.severity == .error }) }
        return read.health
    }

    private func readChecks(_ contents: PgdoctorFile.Contents, _ findings: inout [Diagnostic]) -> [DoctorSettings.Check]
    {
        contents.checks.compactMap { check in
            // Nothing of the line is repeated: it may be a password under a mistyped key.
            guard check.isQuoted else {
                findings.append(
                    finding(.error, check.line, "this is no `key = value` with a known key, and no check in quotes"))
                return nil
            }
            guard let symbol = check.symbol, !symbol.isEmpty, let expected = check.expected else {
                return DoctorSettings.Check(query: check.query)
            }
            guard let known = Health.Check.Operator(rawValue: symbol) else {
                findings.append(
                    finding(
                        .error, check.line, key: "check",
                        "'\(Parse.excerpt(symbol))' is no operator: there are =, < and >"))
                return nil
            }
            if known != .equal, Parse.decimal(expected) == nil {
                findings.append(
                    finding(
                        .error, check.line, key: "check",
                        "'\(Parse.excerpt(expected))' is not a number to compare with"))
            }
            return DoctorSettings.Check(query: check.query, comparison: .init(symbol: known, expected: expected))
        }
    }

    private func policy(_ health: Health?, longest: Duration) -> Policy {
        var policy = Policy()
        if let health {
            policy.unhealthyAfter = health.unhealthyAfter.value
            policy.healthyAfter = health.healthyAfter.value
            policy.isReadyWithoutWriter = health.writerAway.value == .ready
            policy.staleAfter = max(policy.staleAfter, health.interval.value * 3)
        }
        policy.staleAfter = max(policy.staleAfter, longest * 2)
        return policy
    }

    private func passfilePath(_ folder: String) -> String? {
        if let passfile, !passfile.isEmpty { return passfile }
        let beside = "\(folder)/\(PassFile.name)"
        return access(beside, F_OK) == 0 ? beside : nil
    }

    /// The name of the generation that a folder is, else the SHA-256 of the files that have no secrets.
    private func digest(of folder: String) -> String {
        let name = folder.split(separator: "/").last.map(String.init) ?? ""
        if name.utf8.count == 64, name.allSatisfy(\.isHexDigit) { return name }
        var hash = SHA256()
        for name in [PgpoolConfFile.name, PoolHBAFile.name, PgdoctorFile.name] {
            hash.update(data: SmallFile.bytes("\(folder)/\(name)") ?? [])
        }
        return hash.finalize().hexadecimal
    }
}

private func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The keys of pgdoctor.cfg that are numbers.
private struct Numbers {
    let contents: PgdoctorFile.Contents
    let file: String

    func port(_ key: String, default: Int, range: ClosedRange<Int>, _ findings: inout [Diagnostic]) -> Int {
        guard let text = contents.values[key] else { return `default` }
        do throws(Malformed) {
            return try Parse.int(in: range)(text)
        } catch {
            let place = SourceLocation(file: file, line: contents.keyLines[key] ?? 1, column: 1)
            findings.append(Diagnostic(.error, at: place, key: key, error.message, notes: error.notes))
            return `default`
        }
    }
}
