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
            were published stay. Machines and images of builds with QEMU are this machine's own; where only such builds are left, \
            AWS is not asked, unless --region or --provider ec2 is given.

            Without a terminal it wants --yes.
            """)

    @Option(help: ArgumentHelp("A spec, for its region and its bucket.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp("Look at the builds of one provider only, ec2 or local.", valueName: "ec2|local"))
    var provider: String?

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

    // Options that both have are read by the parser as the parent's.
    @ParentCommand var parent: BuildAMI

    private var givenProvider: Image.Provider? {
        (provider ?? parent.provider).flatMap { Image.Provider(rawValue: $0) }
    }

    /// What was given, by whichever name the parser took it.
    private var given: (config: String?, region: String?, isDryRun: Bool, poll: Double?, stateDir: String?, json: Bool)
    {
        (
            config ?? parent.config, region ?? parent.region, dryRun || parent.dryRun, poll ?? parent.poll,
            stateDir ?? parent.stateDir, json || parent.json
        )
    }

    func validate() throws {
        let others = [
            ("--parameters", parent.parameters != nil), ("--resume", parent.resume != nil), ("--force", parent.force),
            ("--keep-on-failure", parent.keepOnFailure), ("--deadline", parent.deadline != nil),
            ("--tool", parent.tool != nil), ("--ca-bundle", parent.caBundle != nil),
            ("--test-against", !parent.testAgainst.isEmpty),
        ]
        if let other = others.first(where: \.1) { throw ValidationError("\(other.0) does not go with reap.") }
        for (name, value) in [("--config", config), ("--region", region), ("--state-dir", stateDir)] {
            guard value?.isEmpty != true else { throw ValidationError("\(name) is empty.") }
        }
        guard provider == nil || givenProvider != nil else {
            throw ValidationError("--provider is ec2 or local.")
        }
        if let poll, !(0.001...3600).contains(poll) {
            throw ValidationError("--poll is a number of seconds from 0.001 to 3600.")
        }
        guard (0...3600).contains(settle) else {
            throw ValidationError("--settle is a number of seconds from 0 to 3600.")
        }
        guard yes || given.isDryRun || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on: give --yes, or --dry-run to see what there is.")
        }
    }

    func run() async throws {
        let report = BuildReport(json: given.json)
        var pace = BuildPace(poll: given.poll.map { .seconds($0) })
        pace.settle = .seconds(settle)
        let status: Int32
        do throws(CommandFailure) {
            let run = BuildRun(
                report: report, journals: try BuildRun.journals(given.stateDir), pace: pace,
                isPaceGiven: given.poll != nil, deadline: nil)
            let reaper = ReapRun(
                run: run, config: given.config, provider: givenProvider, region: given.region, isDryRun: given.isDryRun,
                isSure: yes)
            status = try await reaper.run()
        } catch {
            status = report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
