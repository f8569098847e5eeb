import Diagnostics
import FoundationEssentials
import Glibc
import JSONDocument
import Synchronization

/// What a command that takes minutes says: for programs one JSON document a line on stdout; for people on stderr, with a live
/// line on a terminal and else a line a step.
final class Progress: Sendable {
    private struct State {
        var phase: (name: String, begin: ContinuousClock.Instant)?
        /// What the phase is at.
        var detail = ""
        /// What that tells of.
        var subject = ""
        var isLineOpen = false
        var isAsking = false

        /// Prints in the place of the live line, and below a question.
        mutating func print(_ text: String) {
            Report.error((isAsking ? "\n" : isLineOpen ? "\r\u{1B}[K" : "") + text)
            (isLineOpen, isAsking) = (false, false)
        }
    }

    let json: Bool
    let isLive: Bool
    private let state = Mutex(State())

    init(json: Bool) {
        self.json = json
        isLive = !json && isatty(STDERR_FILENO) == 1
    }

    // MARK: - Programs

    /// One document: the time, what it is about, the event and its fields.
    func emit(_ event: String, about: JSONValue.Member, _ fields: JSONValue) {
        guard json, case .object(let members) = fields else { return }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
        let head = [JSONValue.Member("time", .string(time)), about, JSONValue.Member("event", .string(event))]
        Report.output(JSONValue.object(head + members).text + "\n")
    }

    /// A finding's fields.
    static func fields(_ diagnostic: Diagnostic) -> JSONValue {
        let location = diagnostic.location
        return [
            "file": location.map { .string($0.file) } ?? .null, "line": location.map { .integer($0.line) } ?? .null,
            "column": location.map { .integer($0.column) } ?? .null,
            "severity": .string(diagnostic.severity.rawValue), "key": .string(diagnostic.key),
            "message": .string(diagnostic.message), "notes": .array(diagnostic.notes.map { .string($0) }),
        ]
    }

    /// A phase's fields; its length only at its end.
    static func fields(phase: String, seconds: Double? = nil) -> JSONValue {
        guard let seconds else { return ["phase": .string(phase), "state": "begin"] }
        return ["phase": .string(phase), "state": "end", "seconds": .double((seconds * 1000).rounded() / 1000)]
    }

    // MARK: - People

    /// The phase that has begun and not ended.
    var phase: String? { state.withLock { $0.phase?.name } }

    func begin(phase: String) {
        state.withLock {
            $0.phase = (phase, .now)
            ($0.detail, $0.subject) = ("", "")
        }
        if isLive { draw() } else { say("\(phase) …") }
    }

    func end(phase: String, seconds: Double) {
        endPhase()
        say("\(phase) done in \(Progress.length(seconds))")
    }

    /// Leaves no live line behind.
    func endPhase() { state.withLock { $0.phase = nil } }

    /// A line that stays. With JSON on stdout only what is always to be seen is said.
    func say(_ text: String, always: Bool = false) {
        guard !json || always else { return }
        state.withLock { $0.print(text + "\n") }
        if isLive { draw() }
    }

    /// What the phase is at: part of the live line, or a line of its own.
    func show(_ detail: String, about subject: String = "") {
        state.withLock { ($0.detail, $0.subject) = (detail, subject) }
        if isLive { draw() } else { say("  \(detail)") }
    }

    /// Takes what is over off the live line.
    func forget(_ subject: String) {
        state.withLock { if $0.subject == subject { ($0.detail, $0.subject) = ("", "") } }
    }

    /// Asks on the terminal. No is the answer of whoever says nothing, or is interrupted.
    func isAgreed(_ question: String) async -> Bool {
        state.withLock { state in
            state.print(question + " [y/N] ")
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
            let seconds = phase.begin.duration(to: .now) / .seconds(1)
            let text = "\(phase.name) \(Progress.length(seconds))  \(state.detail)"
            Report.error("\r\u{1B}[K" + text.prefix(Progress.columns - 1))
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
}
