import AWSClient
import ArgumentParser
import Diagnostics
import Doctor
import DoctorOnEC2
import FoundationEssentials
import Glibc
import Logging

/// `doctor`: the daemon that load balancers ask.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Answer health checks for this host's pgpool, and mend its pool after a failover.",
        discussion: """
            Takes the place of the C pgdoctor: the same file, the same port, GET / with 200 or 500. It probes pgpool in \
            the background and answers at once from what it knows; however many ask, pgpool sees one client. A pool \
            that is full is not a dead one: / stays 200.

              /live     200 while this host's pgpool lives; what may replace an instance
              /ready    200 while pgpool takes queries or is merely full; for load balancers (/ is the same with 500)
              /primary  200 while writes reach the writer
              /replica  200 while reads reach a reader
              /status   a page for people; /metrics for Prometheus

            With `Accept: application/json` an answer says why. After a failover of the database it asks pgpool's \
            children, by SIGUSR1, to close their idle connections to the old writer, so run it as the user that pgpool \
            runs as.

            With `health.ec2: {}` in the spec, which the stack gives its instances, it also publishes metrics to \
            CloudWatch, has the Auto Scaling group replace an instance whose /live stays 503, and lets one that is to be \
            terminated go when its last session has.

            pgpool.conf and pcp.conf are found beside the configuration file, links followed, and the health user's \
            password in the file that PGPASSFILE names, else in pgdoctor.pgpass there. A change of a file is followed; \
            SIGHUP asks for it. SIGTERM stops.

            EXAMPLES
              pgpool-aurora doctor
              pgpool-aurora doctor --config out/pgdoctor.cfg --spec cluster.yaml
              curl -i -H 'Accept: application/json' http://127.0.0.1:8071/ready
            """)

    @Option(
        help: ArgumentHelp(
            "The C pgdoctor's file: where pgpool is, who asks, the port and the checks.", valueName: "file"))
    var config = "/etc/pgdoctor.cfg"

    @Option(
        help: ArgumentHelp(
            "The spec, for its section `health:`. (default: /etc/pgpool-aurora/cluster.yaml if it is there)",
            valueName: "file"))
    var spec: String?

    @Option(
        help: ArgumentHelp("The instance counts as being drained while this file is there.", valueName: "file"))
    var drainingFile = "/run/pgpool-aurora/draining"

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        // libpq would prefer it to the passfile, and it would outlive a rotation.
        unsetenv("PGPASSWORD")
        let reader = SettingsReader(
            config: config, spec: spec ?? "/etc/pgpool-aurora/cluster.yaml", isSpecGiven: spec != nil,
            passfile: environment["PGPASSFILE"])
        let isJournal = environment["JOURNAL_STREAM"] != nil
        let logger = Logger(label: "doctor") { _ in StderrLog(isJournal: isJournal) }
        do {
            let daemon = try await DoctorDaemon(
                reader: reader, manager: ServiceManager(environment: environment), logger: logger,
                startedAt: Date().timeIntervalSince1970, version: ToolVersion.current, drainingFile: drainingFile,
                companion: DoctorCommand.onEC2(logger))
            try await daemon.serve()
        } catch let error as DiagnosticsError {
            Report.findings(error.diagnostics)
            throw ExitCode(ExitStatus.badInput.rawValue)
        } catch let error as HTTPServerError {
            let (status, note) = DoctorCommand.advice(error)
            Report.findings([Diagnostic(.error, error.description, notes: [note])])
            throw ExitCode(status.rawValue)
        }
    }

    /// Asks nobody and builds nothing before the spec wants it.
    private static func onEC2(_ logger: Logger) -> OnEC2 {
        OnEC2(logger: logger) { () throws(DiagnosticsError) in
            let outside = try AWSOutside(policy: RetryPolicy(attempts: 3, base: .seconds(1), limit: .seconds(5))) {
                logger.debug("\($0)")
            }
            return EC2Access(
                metadata: { path throws(InstanceMetadataError) in try await outside.metadata.text(path) },
                client: { () throws(DiagnosticsError) in try await outside.client() })
        }
    }

    private static func advice(_ error: HTTPServerError) -> (ExitStatus, String) {
        switch error.code {
        case .addressInUse:
            (.unavailable, "`ss -ltnp` shows who has it; the C pgdoctor uses the same port, so stop and disable it")
        case .notAllowed: (.notAllowed, "ports below 1024 are root's; 8071 is the default (http_port)")
        case .addressUnavailable: (.unavailable, "this host has no such address; see health.listen_addresses")
        case .notAnAddress: (.badInput, "see health.listen_addresses")
        case .system: (.unavailable, "see health.listen_addresses and http_port")
        }
    }
}
