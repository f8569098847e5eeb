import ArgumentParser
import Glibc
import StackDeploy

/// `stack deploy`: makes the stack what the files say.
struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Make the stack, or bring it to what the files say.",
        discussion: """
            A change set is made and shown, and after asking executed; what CloudFormation does is shown as it happens, and of \
            a failure its first reason. A new image alone changes one parameter, and the group's instances are replaced one \
            after the other. A run that died is gone on with by the same command. A signal leaves the deployment going on.

            Without a terminal it wants --yes. A change that would leave applications with an empty database, or none, \
            stops before anything is changed, unless --replace-database is given. A template of more than 51,200 bytes goes \
            by a bucket.

            EXAMPLES
              pgpool-aurora stack deploy --config cluster.yaml --parameters stack.yaml
              pgpool-aurora stack deploy --parameters stack.yaml --name orders --yes --json

            Exit codes: 0 the stack is as the files say; 1 it could not be made so, and the first reason is said, or the \
            answer was no; 64 usage; \
            65 the files are wrong; 69 CloudFormation cannot be reached; 75 not finished, the same command goes on; 77 not \
            allowed, the database would go, or the stack is somebody else's; 130 and 143 after a signal.
            """)

    @OptionGroup var described: StackOptions
    @OptionGroup var options: DeployedStackOptions

    @Option(help: ArgumentHelp("Where a large template goes on its way.", valueName: "bucket"))
    var bucket: String?

    @Option(
        help: ArgumentHelp(
            "Leave this resource out when a rollback that failed is gone on with; may be given often.",
            valueName: "id"))
    var skip: [String] = []

    @Flag(help: "Go on even if a new, empty database takes the place of the stack's own, or if that goes.")
    var replaceDatabase = false

    @Flag(help: "Go on even if the stack of that name was not made by this tool: what it has is removed.")
    var anyStack = false

    @Flag(help: "Do not ask.")
    var yes = false

    func validate() throws {
        guard bucket?.isEmpty != true else { throw ValidationError("--bucket is empty.") }
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on: give --yes.")
        }
    }

    func run() async throws {
        let outside = options.outside(isSure: yes, bucket: bucket)
        let status: Int32
        do throws(CommandFailure) {
            status = try await DeployRun(
                outside: outside, request: try described.request(for: outside.report),
                deadline: options.parsedDeadline, skipped: skip, mayLoseDatabase: replaceDatabase,
                takesAny: anyStack
            ).run()
        } catch {
            status = outside.report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
