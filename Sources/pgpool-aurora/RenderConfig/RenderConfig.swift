import ArgumentParser
import ClusterSpec
import ConfigInstall
import DatabaseSecrets
import Diagnostics
import LocalFiles
import PgpoolConfig

/// `render-config`: from cluster.yaml to the files that pgpool and the doctor read.
struct RenderConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render Pgpool-II's configuration from cluster.yaml; install it, check it, explain it.",
        discussion: """
            The files are pgpool.conf, pool_hba.conf, pool_passwd, pcp.conf, pgdoctor.cfg and pgdoctor.pgpass, each \
            readable by its owner only. Every file is read back by the rules of the program that will read it, and \
            compared with what was meant, before it replaces the old one.

            EXAMPLES
              Look at what would run, and run it:
                pgpool-aurora render-config --config cluster.yaml --out out/
                pgpool -n -D -f out/pgpool.conf -a out/pool_hba.conf -F out/pcp.conf

              Install it on this host, and reload or restart what needs it:
                pgpool-aurora render-config --config cluster.yaml --apply

              What would that change? And back again:
                pgpool-aurora render-config --config cluster.yaml --diff
                pgpool-aurora render-config --rollback

              Why is a setting what it is?
                pgpool-aurora render-config --config cluster.yaml --explain max_pool

              What is wrong with the files of another system?
                pgpool-aurora render-config --check --out /etc/pgpool2

            A minimal cluster.yaml:
                aurora:
                  writer: app.cluster-c1.us-east-1.rds.amazonaws.com
                  reader: app.cluster-ro-c1.us-east-1.rds.amazonaws.com
                auth:
                  users: [{name: app, password_file: app.password}]
                pgpool:
                  allow: [10.0.0.0/8]
            """)

    @Option(help: ArgumentHelp("The spec.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The folder to write into, made when it is not there; with --check and --diff the folder to look at, instead "
                + "of the installed files.", valueName: "dir"))
    var out: String?

    @Flag(help: "Install the files on this host; reload or restart pgpool and the doctor, whichever the changes need.")
    var apply = false

    @Flag(help: "Go back to the files that were installed before.")
    var rollback = false

    @Flag(help: "With --apply and --rollback: leave a restart to a later time, and say so.")
    var noRestart = false

    @Flag(help: "Say what is wrong with the files that are there, and whether they differ from the spec.")
    var check = false

    @Flag(help: "Show what would change, secrets redacted; exit 1 if anything would.")
    var diff = false

    @Flag(help: "Show each setting with its layer, place, default and reason; one setting if its name is given.")
    var explain = false

    @Argument(help: ArgumentHelp("With --explain: the setting.", valueName: "key"))
    var key: String?

    @Option(help: ArgumentHelp("A folder of templates that take the place of the built-in ones.", valueName: "dir"))
    var templates: String?

    @Option(help: ArgumentHelp("With --check: judge as this version would, without a spec.", valueName: "version"))
    var pgpoolVersion: String?

    @Option(help: ArgumentHelp("How long to wait for another run that is installing.", valueName: "seconds"))
    var lockTimeout: Int = 30

    @Option(
        help: ArgumentHelp(
            "Where secrets are that the spec names without a region; else the spec, the environment, the profile or the "
                + "instance says.", valueName: "region"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "How long to wait for secrets: 30 s, and 300 s with --apply, so that an instance that boots lives through "
                + "trouble.", valueName: "seconds"))
    var secretTimeout: Int?

    @Option(help: ArgumentHelp("Install below this folder instead of /.", valueName: "dir"))
    var root: String?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func validate() throws {
        let modes = [apply, rollback, check, diff, explain].filter { $0 }.count
        guard modes <= 1 else {
            throw ValidationError("Give one of --apply, --rollback, --check, --diff and --explain.")
        }
        for (name, value) in [
            ("--config", config), ("--out", out), ("--root", root), ("--templates", templates), ("--region", region),
        ] {
            guard value?.isEmpty != true else { throw ValidationError("\(name) is empty.") }
        }
        guard modes == 1 || out != nil else {
            throw ValidationError("Give --out <dir> to write into a folder, or --apply to install.")
        }
        if out != nil, apply || rollback || explain {
            throw ValidationError("--out goes with --check and --diff, or stands alone.")
        }
        guard config != nil || check || rollback else {
            throw ValidationError("Missing expected argument '--config <file>'")
        }
        guard key == nil || explain else { throw ValidationError("Unexpected argument '\(key ?? "")'") }
        guard !noRestart || apply || rollback else {
            throw ValidationError("--no-restart goes with --apply and --rollback.")
        }
        guard secretTimeout ?? 1 > 0 else { throw ValidationError("--secret-timeout is at least 1.") }
        guard pgpoolVersion == nil || (check && config == nil) else {
            throw ValidationError("--pgpool-version goes with --check without --config; else set pgpool.version there.")
        }
    }

    /// An installation waits for what was granted to a new instance's role; a person would rather be told at once.
    private var secretAccess: SecretAccess {
        let deadline = Duration.seconds(secretTimeout ?? (apply ? 300 : 30))
        return SecretAccess(
            region: region,
            patience: SecretFetcher.Patience(deadline: deadline, grace: apply ? min(deadline, .seconds(30)) : .zero))
    }

    func run() async throws {
        let status: ExitStatus?
        do throws(CommandFailure) {
            let job = RenderJob(config: config ?? "", templates: templates, secrets: secretAccess)
            // `/` is this machine, as no root is.
            let below = String((root ?? "").reversed().drop { $0 == "/" }.reversed())
            let paths = InstallPaths(root: below)
            let present = out.map { PresentFiles(folder: $0) } ?? PresentFiles(paths)
            if apply || rollback {
                // Going back needs the spec for its owner and its commands; the host's own is taken where it is there.
                let hostSpec = paths.folder + "/cluster.yaml"
                let hasHostSpec = config == nil && FileSystem.status(hostSpec) != nil
                let spec =
                    hasHostSpec
                    ? RenderJob(config: hostSpec, templates: nil, secrets: secretAccess) : config == nil ? nil : job
                let mode = ApplyMode(
                    job: spec, paths: paths, isOnThisMachine: below.isEmpty,
                    postponesRestart: noRestart,
                    isRollback: rollback, lockTimeout: .seconds(max(0, lockTimeout)))
                status = try await mode.run(json: json)
            } else if check {
                let mode = CheckMode(job: config == nil ? nil : job, present: present, givenVersion: pgpoolVersion)
                status = try await mode.run(json: json)
            } else if diff {
                status = try await DiffMode(job: job, present: present).run(json: json)
            } else if explain {
                status = try await ExplainMode(job: job, key: key).run(json: json)
            } else {
                status = try await OutMode(job: job, target: present).run(json: json)
            }
        } catch {
            Report.findings(error.diagnostics)
            if json { Report.json(FailureJSON(diagnostics: error.diagnostics.map { DiagnosticJSON($0) })) }
            throw ExitCode(error.status.rawValue)
        }
        if let status { throw ExitCode(status.rawValue) }
    }
}

/// What `--json` prints when there is nothing but findings.
private struct FailureJSON: Encodable {
    var diagnostics: [DiagnosticJSON]
}
