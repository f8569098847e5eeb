import AWSClient
import Diagnostics
import JSONDocument
import StackDeploy

/// Says what happens to a stack.
final class StackReport: SignalledReport {
    private let progress: Progress
    let stack: String

    init(stack: String, json: Bool) {
        self.stack = stack
        progress = Progress(json: json)
    }

    var json: Bool { progress.json }

    var firstSignalText: String {
        switch progress.phase.flatMap(StackPhase.init) {
        case .plan, nil: "interrupted; nothing is changed (once more ends this at once)"
        case .wait, .rollback, .delete, .deploy:
            "interrupted; what CloudFormation is at goes on (once more ends this at once)"
        }
    }

    let secondSignalText = "interrupted again"

    // MARK: - Events

    func take(_ event: DeployEvent) {
        switch event {
        case .phaseBegins(let phase):
            emit("phase", Progress.fields(phase: phase.rawValue))
            progress.begin(phase: phase.rawValue)
        case .phaseEnds(let phase, let seconds):
            emit("phase", Progress.fields(phase: phase.rawValue, seconds: seconds))
            progress.end(phase: phase.rawValue, seconds: seconds)
        case .note(let text):
            emit("progress", ["message": .string(text)])
            say("  \(text)")
        case .changes(let changes): take(changes)
        case .resource(let event): take(event)
        case .warning(let diagnostic): warn(diagnostic)
        }
    }

    private func take(_ changes: [ChangeLine]) {
        for change in changes {
            emit(
                "change",
                [
                    "action": .string(change.action.rawValue), "logical_id": .string(change.logicalID),
                    "physical_id": StackReport.text(change.physicalID), "type": .string(change.type),
                    "parts": .array(
                        change.parts.map {
                            [
                                "name": .string($0.name), "before": StackReport.text($0.before),
                                "after": StackReport.text($0.after), "cause": StackReport.text($0.cause),
                            ]
                        }), "effects": .array(change.effects.map { .string($0) }),
                ])
        }
        guard !json, !changes.isEmpty else { return }
        say(String(ChangeText.text(changes).dropLast()))
    }

    private func take(_ event: CloudFormation.StackEvent) {
        emit(
            "resource",
            [
                "logical_id": .string(event.logicalID), "physical_id": StackReport.text(event.physicalID),
                "type": .string(event.resourceType), "status": .string(event.status.word),
                "reason": StackReport.text(event.reason),
            ])
        let reason = event.status.isFailed ? event.reason.map { ": \($0)" } ?? "" : ""
        // Most words are no longer than the longest of the usual ones.
        let word = event.status.word
        let padding = String(repeating: " ", count: max(0, "CREATE_IN_PROGRESS".count - word.count))
        let text = "\(word)\(padding) \(event.resourceType) \(event.logicalID)\(reason)"
        if event.status.isInProgress {
            progress.show(text, about: event.logicalID)
        } else {
            // The live line tells of what is still at work.
            progress.forget(event.logicalID)
            say("  \(text)")
        }
    }

    /// Retries and the like.
    func notice(_ text: String) {
        emit("warning", Progress.fields(Diagnostic(.note, text)))
        say("  \(text)")
    }

    func warn(_ diagnostic: Diagnostic) {
        emit("warning", Progress.fields(diagnostic))
        say(diagnostic.description, always: true)
    }

    /// The last word; returns the exit code.
    func finish(_ status: String, exit: Int32, errors: [Diagnostic] = [], _ more: [JSONValue.Member] = []) -> Int32 {
        progress.endPhase()
        for error in errors {
            emit("error", Progress.fields(error))
            say(error.description, always: true)
        }
        let members = [JSONValue.Member("status", .string(status))] + more
        emit("result", .object(members + [JSONValue.Member("exit", .integer(Int(exit)))]))
        return exit
    }

    /// Before anything was asked.
    func fail(_ failure: CommandFailure) -> Int32 {
        finish("failed", exit: failure.status.rawValue, errors: failure.diagnostics)
    }

    // MARK: - Programs

    private func emit(_ event: String, _ fields: JSONValue) {
        progress.emit(event, about: JSONValue.Member("stack", .string(stack)), fields)
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    // MARK: - People

    /// A line that stays. With JSON on stdout only what is always to be seen is said.
    func say(_ text: String, always: Bool = false) { progress.say(text, always: always) }

    /// Asks on the terminal.
    func isAgreed(_ question: String) async -> Bool { await progress.isAgreed(question) }

    /// Writes the live line anew.
    func draw() { progress.draw() }
}
