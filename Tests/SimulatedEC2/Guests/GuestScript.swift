/// What the guest of an instance writes to its console, and whether it powers itself off: a function of the time since the
/// instance runs. Without a build's id in its user data, it boots and says nothing.
package struct GuestScript: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case ok
        /// The log's lines come before the first time.
        case failed(step: String, exit: Int, message: String, log: [String])
        case none
    }

    /// What else is on the console.
    package enum Decoration: Hashable, Sendable {
        /// Lines end with CR and LF.
        case carriageReturns
        /// Messages of the kernel come between the guest's, also right before them on the same line.
        case kernelMessages
        /// Each line comes by a logger, with its prefix.
        case loggerPrefix
        /// More noise than the console keeps comes after the steps.
        case scrolling
        /// The first time, a message of the kernel comes in the middle of the verdict.
        case torn
        /// The shell traces its own commands, so that a verdict is quoted that was never given.
        case trace
    }

    package var steps = ["tool", "packages", "configuration"]
    /// Lines before the verdict, after the build's id: `package openssl 3.2.2`.
    package var remarks: [String] = []
    package var verdict = Verdict.ok
    /// When its system has started.
    package var noise = Duration.seconds(20)
    package var firstStep = Duration.seconds(25)
    /// From one step to the next.
    package var pace = Duration.seconds(5)
    package var verdictTime = Duration.seconds(45)
    /// From one time that it gives its verdict to the next; nil for only once.
    package var repetition: Duration? = .seconds(10)
    /// When it powers itself off.
    package var powerOff: Duration?
    /// How often it boots: all but the last time it makes all steps, and begins again without a verdict.
    package var boots = 1
    /// How much later the console can be read than it was written.
    package var lag = Duration.zero
    package var decorations: Set<Decoration> = []
    /// Whether it says anything after its boot.
    package var speaks = true

    package init() {}

    /// From one boot to the next.
    private var bootLength: Duration { firstStep + pace * steps.count }

    /// What it has written by a time.
    func text(buildID: String?, until last: Duration) -> String {
        writings(buildID: buildID, until: last).filter { $0.at <= last }.sorted { $0.at < $1.at }.map(\.text).joined()
    }

    private typealias Writing = (at: Duration, text: String)

    private func writings(buildID: String?, until last: Duration) -> [Writing] {
        var result: [Writing] = []
        for boot in 0..<boots {
            let begin = bootLength * boot
            result.append((begin + noise, GuestNoise.boot))
            guard speaks, let buildID else { continue }
            let isLast = boot == boots - 1
            for (index, step) in steps.prefix(isLast ? stepsMade : steps.count).enumerated() {
                let text = say("step \(index + 1)/\(steps.count) \(step)", buildID)
                result.append((begin + firstStep + pace * index, text))
            }
            if decorations.contains(.scrolling) {
                result.append((begin + bootLength, GuestNoise.much(Console.size + 4096)))
            }
            if isLast { result += verdicts(buildID, begin, until: last) }
        }
        return result
    }

    /// It does not go on after the step that fails.
    private var stepsMade: Int {
        guard case .failed(let step, _, _, _) = verdict, let place = steps.firstIndex(of: step) else {
            return steps.count
        }
        return place + 1
    }

    private func verdicts(_ buildID: String, _ begin: Duration, until last: Duration) -> [Writing] {
        var result: [Writing] = []
        var moment = begin + verdictTime
        if decorations.contains(.trace) { result.append((moment, "+ echo 'PGPOOL-AURORA \(buildID) ok'\(lineEnd)")) }
        let words: String
        switch verdict {
        case .none: return result
        case .ok: words = "ok"
        case .failed(let step, let exit, let message, let log):
            words = "failed \(step) \(exit) \(message)"
            result.append((moment, log.map { $0 + lineEnd }.joined()))
        }
        for remark in remarks { result.append((moment, say(remark, buildID))) }
        var isTorn = decorations.contains(.torn)
        repeat {
            let text = say(words, buildID)
            result.append((moment, isTorn ? GuestNoise.tear(text) : text))
            isTorn = false
            guard let repetition else { break }
            moment += repetition
        } while moment <= last
        return result
    }

    private var lineEnd: String { decorations.contains(.carriageReturns) ? "\r\n" : "\n" }

    private func say(_ words: String, _ buildID: String) -> String {
        let prefix = decorations.contains(.loggerPrefix) ? "[   31.415926] cloud-init[812]: " : ""
        let line = "\(lineEnd)\(prefix)PGPOOL-AURORA \(buildID) \(words)\(lineEnd)"
        guard decorations.contains(.kernelMessages) else { return line }
        return
            "[   30.000001] audit: type=1400 apparmor=\"STATUS\"\(line)[   30.000002] random: crng reseeded\(lineEnd)"
    }
}

/// What a console shows that is nobody's business.
enum GuestNoise {
    static let boot = """
        [    0.000000] Linux version 6.1.0 (simulated) #1 SMP PREEMPT_DYNAMIC
        [    1.250000] systemd[1]: Detected virtualization amazon.
        [   12.500000] cloud-init[640]: Cloud-init v. 24.1 running 'modules:final'

        """

    /// The text with a message in the middle.
    static func tear(_ text: String) -> String {
        "\(text.prefix(text.count / 2))[   45.000000] random: crng reseeded\n\(text.dropFirst(text.count / 2))"
    }

    static func much(_ size: Int) -> String {
        let line = "[   40.000000] systemd[1]: Started session of the simulated user.\n"
        return String(repeating: line, count: size / line.utf8.count + 1)
    }
}
