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

            Without a terminal it wants --yes. A template of more than 51,200 bytes goes by a bucket.

            EXAMPLES
              pgpool-aurora stack deploy --config cluster.yaml --parameters stack.yaml
              pgpool-aurora stack deploy --parameters stack.yaml --name orders --yes --json
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
                outside: outside, request: try described.request(name: options.name),
                deadline: options.parsedDeadline, skipped: skip
            ).run()
        } catch {
            status = outside.report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
