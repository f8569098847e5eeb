import AWSClient
import JSONDocument
import StackDeploy

/// One run of `stack deploy`, from a template and its parameters.
struct DeployRun: Sendable {
    let outside: StackOutside
    let request: StackRequest
    let deadline: Duration
    /// What a rollback that failed leaves out.
    let skipped: [String]
    let mayLoseDatabase: Bool
    let takesAny: Bool

    /// Deploys, and returns the exit code.
    func run() async throws(CommandFailure) -> Int32 {
        let report = outside.report
        return try await outside.with { parts throws(CommandFailure) in
            let flow = DeployFlow(
                request, services: parts.services, runtime: parts.runtime, pace: outside.pace, deadline: deadline,
                skipping: skipped, mayLoseDatabase: mayLoseDatabase, takesAny: takesAny)
            let (result, signal) = await SignalledTask.run(report) { await flow.run() }
            let outputs = result.stack?.outputs ?? []
            let isDone = [.deployed, .unchanged].contains(result.status)
            let exit =
                switch result.status {
                case .cancelled: signal.map { 128 + $0 } ?? ExitStatus.unfinished.rawValue
                case .declined: ExitStatus.foundWrong.rawValue
                case .deployed, .unchanged, .failed, .unfinished: result.failure?.exitStatus.rawValue ?? 0
                }
            if isDone, !report.json { Report.output(OutputText.text(outputs)) }
            return report.finish(
                result.status.rawValue, exit: exit, errors: result.failure?.diagnostics ?? [],
                [JSONValue.Member("outputs", isDone ? OutputText.json(outputs) : .null)])
        }
    }
}
