import ArgumentParser
import ClusterSpec
import Diagnostics
import ImageBuild

/// `build-ami`: from cluster.yaml to an image that has been booted and has answered.
struct BuildAMI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-ami",
        abstract: "Build the image that runs Pgpool-II, test it, and publish its id.",
        discussion: """
            An instance installs itself from its user-data and says so on its console; it needs no key, no way in and no \
            role. It is stopped and imaged, the image is booted and tested, and only then published: tagged, written into \
            the parameters file and, if asked for, into a parameter of Systems Manager. Equal inputs are not built twice.

            Whatever happens, each thing that is made is written down before it is made. A build that ran out of time or \
            lost its connection is gone on with by --resume; what a build has left is removed by `build-ami reap`.

            EXAMPLES
              See whether it would work, and what would be made:
                pgpool-aurora build-ami --config cluster.yaml --dry-run

              Build, and write the image's id into the parameters of the stack:
                pgpool-aurora build-ami --config cluster.yaml --parameters stack.yaml

              Go on with a build, or remove what dead ones have left:
                pgpool-aurora build-ami --resume 20261122-200312-5f2c9b0d1e7a4c38
                pgpool-aurora build-ami reap

              Build on a virtual machine of this machine's, with QEMU; ami_id gets the id of an image below
              $XDG_DATA_HOME/pgpool-aurora/images:
                pgpool-aurora build-ami --config cluster.yaml --provider local

              The same, and read and write a cluster of this machine's through it before it is published:
                pgpool-aurora build-ami --config cluster.yaml --provider local \
                  --test-against 127.0.0.1:5432 127.0.0.1:5433

            The least that cluster.yaml must have:
                image:
                  region: us-east-1
                  artifact: {bucket: my-private-bucket}
                  base: debian-12

            Exit codes: 0 published, or an equal image is there already; 1 the installation, the test or EC2 failed, and \
            all is cleaned up; 65 bad spec; 69 AWS cannot be reached; 73 something cannot be written; 75 not finished, \
            go on with --resume; 77 not allowed; 130 and 143 after a signal, cleaned up.
            """,
        subcommands: [ReapCommand.self])

    @Option(help: ArgumentHelp("The spec.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The parameters file that gets the image's id as ami_id.", valueName: "file"))
    var parameters: String?

    @Flag(help: "Print the plan and look whether it would work; make nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp("Go on with a build. Its plan is in its journal; nothing else is needed.", valueName: "id"))
    var resume: String?

    @Flag(help: "Build even if there is a published image of equal inputs.")
    var force = false

    @Flag(help: "Leave all as it is when the build fails, to look at it; `reap` removes it.")
    var keepOnFailure = false

    @Option(
        help: ArgumentHelp(
            "How often to ask for a state, fractions allowed. (default: 5, and 15 for the console)",
            valueName: "seconds"))
    var poll: Double?

    @Option(help: ArgumentHelp("How long it may take, such as 45m, instead of image.deadline.", valueName: "time"))
    var deadline: String?

    @Option(
        help: ArgumentHelp(
            "Where to build, instead of image.provider: ec2, or local, on a virtual machine here.",
            valueName: "ec2|local"))
    var provider: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "With local: read and write a cluster through the new image before it is published; host:port each.",
            valueName: "writer reader"))
    var testAgainst: [String] = []

    @Option(help: ArgumentHelp("The region, instead of image.region.", valueName: "region"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the builds' journals. (default: $XDG_STATE_HOME/pgpool-aurora or ~/.local/state/pgpool-aurora)",
            valueName: "dir"))
    var stateDir: String?

    @Option(
        help: ArgumentHelp(
            "The program to put into the image, instead of this one: for another architecture.", valueName: "file"))
    var tool: String?

    @Option(
        help: ArgumentHelp(
            "The certificates of RDS, instead of those that AWS publishes: for machines that cannot fetch them.",
            valueName: "file"))
    var caBundle: String?

    @Flag(help: "Print what happens as one JSON document a line.")
    var json = false

    func validate() throws {
        for (name, value) in [
            ("--config", config), ("--parameters", parameters), ("--resume", resume), ("--state-dir", stateDir),
            ("--region", region), ("--tool", tool), ("--ca-bundle", caBundle), ("--deadline", deadline),
        ] {
            guard value?.isEmpty != true else { throw ValidationError("\(name) is empty.") }
        }
        if resume != nil {
            let others = [config, parameters, provider, region, tool, caBundle].contains { $0 != nil }
            guard !others, testAgainst.isEmpty, !dryRun, !force, !keepOnFailure else {
                throw ValidationError(
                    "--resume takes all from the build's own plan; give only --poll and --deadline too.")
            }
        }
        guard provider == nil || parsedProvider != nil else {
            throw ValidationError("--provider is ec2 or local.")
        }
        if !testAgainst.isEmpty {
            guard testAgainst.count == 2 else {
                throw ValidationError("--test-against takes two endpoints, the writer's and the reader's.")
            }
            for endpoint in testAgainst {
                do throws(Malformed) {
                    _ = try Endpoint.parse(endpoint)
                } catch {
                    throw ValidationError("--test-against: '\(endpoint)' \(error.message).")
                }
            }
        }
        if let poll, !(0.001...3600).contains(poll) {
            throw ValidationError("--poll is a number of seconds from 0.001 to 3600.")
        }
        if deadline != nil, parsedDeadline == nil {
            throw ValidationError("--deadline is a length of time with its unit, such as 45m, of at least 1s.")
        }
    }

    var parsedDeadline: Duration? {
        guard let deadline, let length = try? Parse.duration(deadline), length >= .seconds(1) else { return nil }
        return length
    }

    var parsedProvider: Image.Provider? { provider.flatMap { Image.Provider(rawValue: $0) } }

    private var parsedTrial: BuildRequest.Cluster? {
        let endpoints = testAgainst.compactMap { try? Endpoint.parse($0) }
        return endpoints.count == 2 ? BuildRequest.Cluster(writer: endpoints[0], reader: endpoints[1]) : nil
    }

    func run() async throws {
        // Not in validate(), which the subcommand goes through too.
        guard config != nil || resume != nil else {
            throw ValidationError("Missing expected argument '--config <file>'")
        }
        let report = BuildReport(json: json)
        let status: Int32
        do throws(CommandFailure) {
            let builds = try BuildRun.journals(stateDir)
            let run = BuildRun(
                report: report, journals: builds, pace: BuildPace(poll: poll.map { .seconds($0) }),
                isPaceGiven: poll != nil, deadline: parsedDeadline)
            if let resume {
                status = try await run.resume(resume)
            } else {
                status = try await run.build(request)
            }
        } catch {
            status = report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }

    private var request: BuildRequest {
        BuildRequest(
            config: config ?? "", parameters: parameters, isDryRun: dryRun, isForced: force,
            keepsOnFailure: keepOnFailure, provider: parsedProvider, trial: parsedTrial, region: region, tool: tool,
            certificates: caBundle)
    }
}

/// What is asked for.
struct BuildRequest: Sendable {
    var config: String
    var parameters: String?
    var isDryRun: Bool
    var isForced: Bool
    var keepsOnFailure: Bool
    /// Instead of the spec's.
    var provider: Image.Provider?
    /// What the image is tried on.
    var trial: Cluster?
    var region: String?
    /// Paths.
    var tool: String?
    var certificates: String?

    struct Cluster: Sendable {
        var writer: Endpoint
        var reader: Endpoint
    }
}
