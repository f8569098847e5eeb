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

            Exit codes: 0 there is no such stack any more; 1 it could not be deleted whole, is protected, or the answer was no; \
            64 usage; 69 CloudFormation cannot be reached; 75 not finished, the same command goes on; 77 not allowed, or \
            the stack is somebody else's; 130 and 143 after a signal.
            """)

    @OptionGroup var options: DeployedStackOptions

    @Option(
        help: ArgumentHelp(
            "Keep this resource of a stack that could not be deleted whole; may be given often.", valueName: "id"))
    var retain: [String] = []

    @Flag(help: "Go on even if the stack of that name was not made by this tool.")
    var anyStack = false

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
                    pace: outside.pace, deadline: options.parsedDeadline, takesAny: anyStack)
                let (result, signal) = await SignalledTask.run(report) { await flow.run() }
                let exit =
                    switch result.status {
                    case .cancelled: signal.map { 128 + $0 } ?? ExitStatus.unfinished.rawValue
                    case .declined: ExitStatus.foundWrong.rawValue
                    case .deleted, .absent, .failed, .unfinished: result.failure?.exitStatus.rawValue ?? 0
                    }
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
        resources.map { .array($0.map { .string($0.logicalID) }) } ?? .null
    }
}
