import JSONDocument
import StackDeploy

/// One run of `stack diff`, from a template and its parameters.
struct DiffRun: Sendable {
    let outside: StackOutside
    let request: StackRequest
    let deadline: Duration

    /// What could not be compared is not different.
    private static func exit(_ failure: StackFailure?) -> Int32 {
        let status = failure?.exitStatus ?? .ownBug
        return (status == .foundWrong ? .badInput : status).rawValue
    }

    /// Compares, prints the changes to stdout, and returns the exit code: 1 when there are any.
    func run() async throws(CommandFailure) -> Int32 {
        let report = outside.report
        return try await outside.with { parts throws(CommandFailure) in
            // The lines are data here, and no progress.
            var runtime = parts.runtime
            runtime.report = { event in
                guard !report.json, case .changes = event else { return report.take(event) }
            }
            let flow = DiffFlow(
                request, services: parts.services, runtime: runtime, pace: outside.pace, deadline: deadline)
            let (result, signal) = await SignalledTask.run(report) { await flow.run() }
            let exit: Int32 =
                switch result.status {
                case .same: 0
                case .different: ExitStatus.foundWrong.rawValue
                case .cancelled: signal.map { 128 + $0 } ?? ExitStatus.unfinished.rawValue
                case .failed, .unfinished: DiffRun.exit(result.failure)
                }
            if result.status == .same { report.say("nothing would change") }
            if result.status == .different {
                if !report.json { Report.output(ChangeText.text(result.changes)) }
                report.say(ChangeText.summary(result.changes))
            }
            return report.finish(
                result.status.rawValue, exit: exit, errors: result.failure?.diagnostics ?? [],
                [JSONValue.Member("changes", .integer(result.changes.count))])
        }
    }
}
