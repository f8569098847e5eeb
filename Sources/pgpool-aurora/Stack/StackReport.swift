import AWSClient
import Diagnostics
import FoundationEssentials
import Glibc
import JSONDocument
import StackDeploy
import Synchronization

/// Says what happens to a stack: for programs one JSON document a line on stdout; for people on stderr, live on a terminal and else
/// a line a step.
final class StackReport: SignalledReport {
    private struct State {
        var phase: (name: StackPhase, begin: ContinuousClock.Instant)?
        /// What the phase is at.
        var detail = ""
        /// The resource that it tells of.
        var subject = ""
        var isLineOpen = false
        var isAsking = false

        /// What ends the line that is open: a live one is written over, a question stays.
        mutating func closeLine() -> String {
            defer { (isLineOpen, isAsking) = (false, false) }
            return isAsking ? "\n" : isLineOpen ? "\r\u{1B}[K" : ""
        }
    }

    let json: Bool
    private let stack: String
    private let isLive: Bool
    private let state = Mutex(State())

    init(stack: String, json: Bool) {
        self.stack = stack
        self.json = json
        isLive = !json && isatty(STDERR_FILENO) == 1
    }

    var firstSignalText: String {
        switch state.withLock({ $0.phase?.name }) {
        case .plan, nil: "interrupted; the change set is taken back (once more ends this at once)"
        case .wait, .rollback, .delete, .deploy:
            "interrupted; what CloudFormation is at goes on (once more ends this at once)"
        }
    }

    let secondSignalText = "interrupted again"

    // MARK: - Events

    func take(_ event: DeployEvent) {
        switch event {
        case .phaseBegins(let phase):
            state.withLock {
                $0.phase = (phase, .now)
                ($0.detail, $0.subject) = ("", "")
            }
            emit("phase", ["phase": .string(phase.rawValue), "state": "begin"])
            if isLive { draw() } else { say("\(phase.rawValue) …") }
        case .phaseEnds(let phase, let seconds):
            state.withLock { $0.phase = nil }
            let rounded = (seconds * 1000).rounded() / 1000
            emit("phase", ["phase": .string(phase.rawValue), "state": "end", "seconds": .double(rounded)])
            say("\(phase.rawValue) done in \(Int(seconds.rounded())) s")
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
        guard isLive, event.status.isInProgress else {
            // The live line tells of what is still at work.
            state.withLock { if $0.subject == event.logicalID { ($0.detail, $0.subject) = ("", "") } }
            return say("  \(text)")
        }
        state.withLock { ($0.detail, $0.subject) = (text, event.logicalID) }
        draw()
    }

    /// Retries and the like.
    func notice(_ text: String) {
        emit("warning", StackReport.members(Diagnostic(.note, text)))
        say("  \(text)")
    }

    func warn(_ diagnostic: Diagnostic) {
        emit("warning", StackReport.members(diagnostic))
        say(diagnostic.description, always: true)
    }

    /// The last word; returns the exit code.
    func finish(_ status: String, exit: Int32, errors: [Diagnostic] = [], _ more: [JSONValue.Member] = []) -> Int32 {
        state.withLock { $0.phase = nil }
        for error in errors {
            emit("error", StackReport.members(error))
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
        guard json, case .object(let members) = fields else { return }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
        let head = [
            JSONValue.Member("time", .string(time)), JSONValue.Member("stack", .string(stack)),
            JSONValue.Member("event", .string(event)),
        ]
        Report.output(JSONValue.object(head + members).text + "\n")
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func members(_ diagnostic: Diagnostic) -> JSONValue {
        let location = diagnostic.location
        return [
            "file": text(location?.file), "line": location.map { .integer($0.line) } ?? .null,
            "column": location.map { .integer($0.column) } ?? .null,
            "severity": .string(diagnostic.severity.rawValue), "key": .string(diagnostic.key),
            "message": .string(diagnostic.message), "notes": .array(diagnostic.notes.map { .string($0) }),
        ]
    }

    // MARK: - People

    /// A line that stays. With JSON on stdout only what is always to be seen is said.
    func say(_ text: String, always: Bool = false) {
        guard !json || always else { return }
        state.withLock { state in
            Report.error(state.closeLine() + text + "\n")
        }
        if isLive { draw() }
    }

    /// Asks on the terminal. Whoever is interrupted has not agreed.
    func isAgreed(_ question: String) async -> Bool {
        state.withLock { state in
            Report.error(state.closeLine() + question + " [y/N] ")
            state.isAsking = true
        }
        let line = await TerminalLine.read()
        // What was typed has ended the line.
        if line != nil { state.withLock { $0.isAsking = false } }
        return ["y", "yes"].contains(line?.lowercased() ?? "")
    }

    /// Writes the live line anew; called each second, so that time is seen to pass.
    func draw() {
        guard isLive else { return }
        state.withLock { state in
            guard let phase = state.phase, !state.isAsking else { return }
            let seconds = Int((phase.begin.duration(to: .now) / .seconds(1)).rounded())
            Report.error("\r\u{1B}[K" + "\(phase.name.rawValue) \(seconds) s  \(state.detail)".prefix(79))
            state.isLineOpen = true
        }
    }
}
