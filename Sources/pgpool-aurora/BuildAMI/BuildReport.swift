import Diagnostics
import ImageBuild
import JSONDocument
import Synchronization

/// Says what a build does.
final class BuildReport: Sendable {
    private struct State {
        var buildID: String?
        /// How far the phase is, as far as it has been said.
        var quarter = -1
    }

    private let progress: Progress
    private let state = Mutex(State())

    init(json: Bool) {
        progress = Progress(json: json)
    }

    private var json: Bool { progress.json }

    /// The build that all is about from now on.
    func begin(_ id: BuildID) {
        state.withLock { $0.buildID = id.text }
    }

    // MARK: - Events

    func take(_ event: BuildEvent) {
        switch event {
        case .phaseBegins(let phase):
            state.withLock { $0.quarter = -1 }
            emit("phase", Progress.fields(phase: phase.rawValue))
            progress.begin(phase: phase.rawValue)
        case .phaseEnds(let phase, let seconds):
            emit("phase", Progress.fields(phase: phase.rawValue, seconds: seconds))
            progress.end(phase: phase.rawValue, seconds: seconds)
        case .note(let text):
            emit("progress", ["message": .string(text)])
            say("  \(text)")
        case .guest(let line): take(line)
        case .progress(let what, let percent):
            emit("progress", ["what": .string(what), "percent": .integer(percent)])
            show(progress: "\(what) \(percent) %", quarter: percent / 25)
        case .warning(let diagnostic): warn(diagnostic)
        }
    }

    private func take(_ line: GuestLine) {
        switch line {
        case .step(let number, let count, let name):
            emit("guest", ["step": .integer(number), "steps": .integer(count), "name": .string(name)])
            progress.show("step \(number)/\(count) \(name)")
        case .ok: emit("guest", ["verdict": "ok"])
        case .failed(let step, let exit, let message):
            emit(
                "guest",
                [
                    "verdict": "failed", "name": .string(step), "exit": .integer(exit), "message": .string(message),
                ])
        case .package: break
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

    // MARK: - Ends

    /// The last word; returns the exit code.
    func finish(
        _ status: BuildStatus, imageID: String?, digest: String?, exit: Int32, errors: [Diagnostic] = []
    ) -> Int32 {
        progress.endPhase()
        for error in errors {
            emit("error", Progress.fields(error))
            say(error.description, always: true)
        }
        emit(
            "result",
            [
                "status": .string(status.rawValue), "image_id": imageID.map { .string($0) } ?? .null,
                "digest": digest.map { .string($0) } ?? .null, "exit": .integer(Int(exit)),
            ])
        if !json, exit == 0, let imageID { Report.output(imageID + "\n") }
        return exit
    }

    /// Before there was a build.
    func fail(_ failure: CommandFailure) -> Int32 {
        finish(.failed, imageID: nil, digest: nil, exit: failure.status.rawValue, errors: failure.diagnostics)
    }

    /// What would be done.
    func show(_ plan: BuildPlan) {
        let lines = PlanText.lines(of: plan).map { name, text in
            JSONValue.object([JSONValue.Member("name", .string(name)), JSONValue.Member("value", .string(text))])
        }
        emit("plan", ["plan": .array(lines)])
        if !json { Report.output(PlanText.text(of: plan)) }
    }

    // MARK: - Programs

    private func emit(_ event: String, _ fields: JSONValue) {
        let id = state.withLock { $0.buildID }
        progress.emit(event, about: JSONValue.Member("build_id", id.map { .string($0) } ?? .null), fields)
    }

    // MARK: - People

    /// A line that stays. With JSON on stdout only what is always to be seen is said.
    func say(_ text: String, always: Bool = false) { progress.say(text, always: always) }

    /// Writes the live line anew.
    func draw() { progress.draw() }

    /// Percent: live each one, else a line for each quarter.
    private func show(progress text: String, quarter: Int) {
        let isNew = state.withLock { state in
            defer { state.quarter = quarter }
            return state.quarter != quarter
        }
        if progress.isLive || isNew { progress.show(text) }
    }
}
