import ArgumentParser
import ClusterSpec
import Diagnostics
import Glibc
import ImageBuild

/// `build-ami reap`: removes what dead builds have left.
struct ReapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reap",
        abstract: "Remove what builds have left that died or ran out of time.",
        discussion: """
            What this machine's journals know is removed, unless another run is at the build. What only tags tell of, since \
            another machine has the journal, is removed once it has expired, an hour after the build's deadline. Images that \
            were published stay.

            Without a terminal it wants --yes.
            """)

    @Option(help: ArgumentHelp("A spec, for its region and its bucket.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The region to look for tags in.", valueName: "region"))
    var region: String?

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: ArgumentHelp("How often to ask for a state, fractions allowed. (default: 5)", valueName: "seconds"))
    var poll: Double?

    @Option(
        help: ArgumentHelp(
            "How long after a request without an answer its effect may still show.", valueName: "seconds"))
    var settle: Double = 60

    @Option(
        help: ArgumentHelp(
            "The folder of the builds' journals. (default: $XDG_STATE_HOME/pgpool-aurora or ~/.local/state/pgpool-aurora)",
            valueName: "dir"))
    var stateDir: String?

    @Flag(help: "Print what happens as one JSON document a line.")
    var json = false

    func validate() throws {
        for (name, value) in [("--config", config), ("--region", region), ("--state-dir", stateDir)] {
            guard value?.isEmpty != true else { throw ValidationError("\(name) is empty.") }
        }
        if let poll, !(0.001...3600).contains(poll) {
            throw ValidationError("--poll is a number of seconds from 0.001 to 3600.")
        }
        guard (0...3600).contains(settle) else {
            throw ValidationError("--settle is a number of seconds from 0 to 3600.")
        }
        guard yes || dryRun || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on: give --yes, or --dry-run to see what there is.")
        }
    }

    func run() async throws {
        let report = BuildReport(json: json)
        var pace = BuildPace(poll: poll.map { .seconds($0) })
        pace.settle = .seconds(settle)
        let status: Int32
        do throws(CommandFailure) {
            let run = BuildRun(report: report, journals: try BuildRun.journals(stateDir), pace: pace, deadline: nil)
            let reaper = ReapRun(run: run, config: config, region: region, isDryRun: dryRun, isSure: yes)
            status = try await reaper.run()
        } catch {
            status = report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
