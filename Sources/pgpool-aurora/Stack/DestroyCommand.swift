import ArgumentParser
import Glibc
import JSONDocument
import StackDeploy

/// `stack destroy`: deletes a stack, and says what stays.
struct DestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Delete the stack, after saying what of it stays, and asking.",
        discussion: """
            What the template retains stays, and so does a snapshot of the database. What is protected from being deleted stops \
            it before anything is. A deletion that CloudFormation could not end is begun again, without the resources that \
            --retain names. A signal leaves the deletion going on.

            Without a terminal it wants --yes.
            """)

    @OptionGroup var options: DeployedStackOptions

    @Option(help: ArgumentHelp("Keep this resource of a stack that could not be deleted whole.", valueName: "id"))
    var retain: [String] = []

    @Flag(help: "Do not ask.")
    var yes = false

    func validate() throws {
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on: give --yes.")
        }
    }

    func run() async throws {
        let outside = options.outside(isSure: yes)
        let report = outside.report
        let status: Int32
        do throws(CommandFailure) {
            status = try await outside.with { parts throws(CommandFailure) in
                let flow = DestroyFlow(
                    options.name, retaining: retain, services: parts.services, runtime: parts.runtime,
                    pace: outside.pace, deadline: options.parsedDeadline)
                let (result, signal) = await SignalledTask.run(report) { await flow.run() }
                let exit =
                    result.status == .cancelled
                    ? signal.map { 128 + $0 } ?? ExitStatus.unfinished.rawValue
                    : result.failure?.exitStatus.rawValue ?? 0
                return report.finish(
                    result.status.rawValue, exit: exit, errors: result.failure?.diagnostics ?? [],
                    [
                        JSONValue.Member("retained", ids(result.kept?.retained)),
                        JSONValue.Member("snapshots", ids(result.kept?.snapshots)),
                    ])
            }
        } catch {
            status = report.fail(error)
        }
        if status != 0 { throw ExitCode(status) }
    }

    private func ids(_ resources: [KeptResources.Resource]?) -> JSONValue {
        .array((resources ?? []).map { .string($0.logicalID) })
    }
}
