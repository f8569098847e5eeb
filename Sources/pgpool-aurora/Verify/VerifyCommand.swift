import ArgumentParser
import ClusterSpec
import DatabaseSecrets
import Diagnostics
import Doctor
import FoundationEssentials
import Glibc
import LocalFiles
import PgpoolConfig
import Postgres

/// `verify`: looks at a pgpool from outside.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that reads go to readers and writes to the writer.",
        discussion: """
            Logs in at a pgpool, or at the load balancer in front of several, and looks: is it pgpool, with TLS; to which \
            servers do reads go, and in which shares; does a write reach the writer; does what the fleet may open fit into \
            max_connections; what does the doctor say. Nothing is changed: what is written is a temporary table.

            With --config it knows what should be, and asks the endpoints of the cluster too. The password is that of \
            --password-file, else of the environment's PGPASSWORD, else of the user's source in --config, else of \
            ~/.pgpass.

            EXAMPLES
              pgpool-aurora verify --host nlb-1.elb.us-east-1.amazonaws.com --port 5432 --user app --password-file pw
              pgpool-aurora verify --host 127.0.0.1 --config cluster.yaml --json

            Exit codes: 0 nothing is wrong; 1 something is, and each line says what to do; 64 usage; 65 bad spec; \
            69, 77 the secret with the password cannot be had, or may not be.
            """)

    @Option(help: ArgumentHelp("pgpool, or the load balancer.", valueName: "host"))
    var host: String

    @Option(help: ArgumentHelp("(default: pgpool.port of --config, else 9999)", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("(default: aurora.database of --config, else app)", valueName: "name"))
    var database: String?

    @Option(help: ArgumentHelp("Who logs in. (default: health.user of --config)", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("A file with the password; a final newline is dropped.", valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("The spec: what should be, and where the databases are.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The doctor's port. (default: health.port of --config, else 8071)", valueName: "port"))
    var healthPort: Int?

    @Option(help: ArgumentHelp("How many sessions read, two statements each.", valueName: "number"))
    var sessions = 50

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard !host.isEmpty else { throw ValidationError("--host is empty.") }
        for (name, port) in [("--port", port), ("--health-port", healthPort)] {
            guard port.map({ (1...65_535).contains($0) }) ?? true else {
                throw ValidationError("\(name) is a number from 1 to 65535.")
            }
        }
        guard (1...1_000).contains(sessions) else { throw ValidationError("--sessions is a number from 1 to 1000.") }
        guard config != nil || user != nil else {
            throw ValidationError("Give --user, or --config, whose health.user it is then.")
        }
    }

    func run() async throws {
        let findings: [VerifyFinding]
        do throws(CommandFailure) {
            findings = try await verify()
        } catch {
            Report.findings(error.diagnostics)
            throw ExitCode(error.status.rawValue)
        }
        if json { Report.json(VerifyJSON(host: host, findings)) } else { Report.output(VerifyText.table(findings)) }
        if findings.contains(where: { $0.verdict == .wrong }) { throw ExitCode(ExitStatus.foundWrong.rawValue) }
    }

    private func verify() async throws(CommandFailure) -> [VerifyFinding] {
        let spec = try config.map { path throws(CommandFailure) in try BuildInputs.spec(path) }
        guard let user = user ?? spec?.health.user?.value else {
            throw CommandFailure(.badInput, "the spec has no users", notes: ["give --user"])
        }
        let password = try await password(of: user, spec)
        // Whoever else reads the environment must not find it there.
        unsetenv("PGPASSWORD")
        let connection = ConnectionParameters(
            host: host, port: port ?? spec?.pgpool.port.value ?? 9999,
            database: database ?? spec?.aurora.database.value ?? "app", user: user, password: password,
            applicationName: "pgpool-aurora verify", connectTimeout: .seconds(10), queryTimeout: .seconds(10))
        let asker = HealthAsker(host: host, port: healthPort ?? spec?.health.port.value ?? 8071)
        let verifier = Verifier(connection, spec: spec, sessions: sessions) { await asker.ask($0) }
        let facts = await verifier.facts()
        await asker.shutDown()
        return VerifyDecision(facts, spec: spec).findings
    }

    private func password(of user: String, _ spec: ClusterSpec?) async throws(CommandFailure) -> String? {
        if let passwordFile {
            let bytes = try BuildInputs.read(passwordFile, limit: 64 << 10)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CommandFailure(.badInput, "\(passwordFile) is not UTF-8")
            }
            return Login.withoutFinalNewline(text)
        }
        let environment = ProcessInfo.processInfo.environment
        if let password = environment["PGPASSWORD"] { return password }
        guard let spec, let config, spec.auth.users.contains(where: { $0.name.value == user }) else { return nil }
        let fetched = await PasswordSources(
            folder: FileSystem.parent(of: config), environment: environment,
            secrets: SecretAccess(region: nil, patience: .init(deadline: .seconds(30), grace: .zero)),
            region: spec.image.region
        ).fetch(spec.auth.users.filter { $0.name.value == user }, withSecrets: true)
        guard !fetched.findings.hasErrors else {
            throw CommandFailure(fetched.failure ?? .badInput, fetched.findings)
        }
        return fetched.passwords[user]?.clearText
    }
}
