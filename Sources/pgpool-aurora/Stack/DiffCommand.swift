import ArgumentParser
import StackDeploy

/// `stack diff`: what a deployment would change.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what a deployment would change, and change nothing.",
        discussion: """
            CloudFormation is asked by a change set, which is deleted again: what is added, changed, replaced and removed, and \
            which instances restart.

            Exit codes: 0 nothing would change; 1 something would; 64 usage; 65 the files or the stack's state are wrong; 69 \
            CloudFormation cannot be reached; 75 the stack is at work, compare again; 77 not allowed; 130 and 143 after a \
            signal.
            """)

    @OptionGroup var described: StackOptions
    @OptionGroup var options: DeployedStackOptions

    @Option(help: ArgumentHelp("Where a large template goes on its way.", valueName: "bucket"))
    var bucket: String?

    func validate() throws {
        guard bucket?.isEmpty != true else { throw ValidationError("--bucket is empty.") }
    }

    func run() async throws {
        let outside = options.outside(bucket: bucket)
        let status: Int32
        do throws(CommandFailure) {
            status = try await DiffRun(
                outside: outside, request: try described.request(for: outside.report),
                deadline: options.parsedDeadline
            ).run()
        } catch {
            status = outside.report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
