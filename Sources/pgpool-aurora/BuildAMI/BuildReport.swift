import Diagnostics
import FoundationEssentials
import Glibc
import ImageBuild
import JSONDocument
import Synchronization

/// Says what a build does: for programs one JSON document a line on stdout; for people on stderr, live on a terminal and
/// else a line a step.
final class BuildReport: Sendable {
    private struct State {
        var buildID: String?
        var phase: (name: BuildPhase, begin: ContinuousClock.Instant)?
        /// What the phase is at.
        var detail = ""
        var isLineOpen = false
        /// How far the phase is, as far as it has been said.
        var quarter = -1
    }

    private let json: Bool
    private let isLive: Bool
    private let state = Mutex(State())

    init(json: Bool) {
        self.json = json
        isLive = !json && isatty(STDERR_FILENO) == 1
    }

    /// The build that all is about from now on.
    func begin(_ id: BuildID) {
        state.withLock { $0.buildID = id.text }
    }

    // MARK: - Events

    func take(_ event: BuildEvent) {
        switch event {
        case .phaseBegins(let phase):
            state.withLock {
                $0.phase = (phase, .now)
                $0.detail = ""
                $0.quarter = -1
            }
            emit("phase", ["phase": .string(phase.rawValue), "state": "begin"])
            if isLive { draw() } else { say("\(phase.rawValue) …") }
        case .phaseEnds(let phase, let seconds):
            state.withLock { $0.phase = nil }
            emit("phase", ["phase": .string(phase.rawValue), "state": "end", "seconds": .double(rounded(seconds))])
            say("\(phase.rawValue) done in \(BuildReport.length(seconds))")
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
            show("step \(number)/\(count) \(name)")
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
        emit("warning", BuildReport.members(Diagnostic(.note, text)))
        if !json { say("  \(text)") }
    }

    func warn(_ diagnostic: Diagnostic) {
        emit("warning", BuildReport.members(diagnostic))
        say(diagnostic.description, always: true)
    }

    // MARK: - Ends

    /// The last word; returns the exit code.
    func finish(
        _ status: BuildStatus, imageID: String?, digest: String?, exit: Int32, errors: [Diagnostic] = []
    ) -> Int32 {
        state.withLock { $0.phase = nil }
        for error in errors {
            emit("error", BuildReport.members(error))
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

    /// Text for people, on stdout.
    func output(_ text: String) {
        if !json { Report.output(text) }
    }

    // MARK: - Programs

    private func emit(_ event: String, _ fields: JSONValue) {
        guard json, case .object(let members) = fields else { return }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
        let id = state.withLock { $0.buildID }
        let head = [
            JSONValue.Member("time", .string(time)), JSONValue.Member("build_id", id.map { .string($0) } ?? .null),
            JSONValue.Member("event", .string(event)),
        ]
        Report.output(JSONValue.object(head + members).text + "\n")
    }

    private static func members(_ diagnostic: Diagnostic) -> JSONValue {
        let location = diagnostic.location
        return [
            "file": location.map { .string($0.file) } ?? .null, "line": location.map { .integer($0.line) } ?? .null,
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
            let clear = state.isLineOpen ? "\r\u{1B}[K" : ""
            state.isLineOpen = false
            Report.error(clear + text + "\n")
        }
        if isLive { draw() }
    }

    /// What the phase is at: part of the live line, or a line of its own.
    private func show(_ detail: String) {
        state.withLock { $0.detail = detail }
        if isLive { draw() } else { say("  \(detail)") }
    }

    /// Percent: live each one, else a line for each quarter.
    private func show(progress: String, quarter: Int) {
        let isNew = state.withLock { state in
            defer { state.quarter = quarter }
            return state.quarter != quarter
        }
        if isLive || isNew { show(progress) }
    }

    /// Writes the live line anew; called each second, so that time is seen to pass.
    func draw() {
        guard isLive else { return }
        state.withLock { state in
            guard let phase = state.phase else { return }
            let seconds = phase.begin.duration(to: .now) / .seconds(1)
            let text = "\(phase.name.rawValue) \(BuildReport.length(seconds))  \(state.detail)"
            Report.error("\r\u{1B}[K" + text.prefix(BuildReport.columns - 1))
            state.isLineOpen = true
        }
    }

    private static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }

    /// `2:05`, or `0.4 s` for what takes less than a minute.
    private static func length(_ seconds: Double) -> String {
        guard seconds >= 60 else { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(seconds)
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
