import AWSClient
import Diagnostics

extension BuildFlow {
    /// Waits for what the guest says of its work, on its console.
    func awaitVerdict(of id: String, _ role: GuestRole) async throws(BuildFailure) {
        var watch = GuestWatch(buildID: plan.buildID, pace: pace)
        let verdict: GuestLine
        do throws(BuildFailure) {
            verdict = try await calls.wait(
                "the guest of \(id) to say that it is ready", every: pace.watch
            ) { () throws(HostError) in
                let instance = try await host.instance(id)
                let time = runtime.timer.elapsed()
                if watch.isDue(instance, at: time) {
                    let console = try await console(of: id, instance)
                    for line in watch.read(console, at: runtime.timer.elapsed()) { runtime.report(.guest(line)) }
                }
                return watch.answer(instance, at: time, reason: reason(instance))
            }
        } catch {
            throw await explained(error, watch, role, of: id)
        }
        guard case .failed(let step, let exit, let message) = verdict else {
            for (name, version) in watch.reader.packages.sorted(by: { $0.key < $1.key }) {
                try write(.package(name: name, version: version))
            }
            return
        }
        runtime.report(.guest(verdict))
        let what = role == .install ? "the installation" : "the test of the image"
        let failure = BuildFailure(
            .failed, "\(what) failed in the step '\(step)', exit status \(exit)\(message.isEmpty ? "" : ": \(message)")"
        )
        throw await explained(failure, watch, role, of: id)
    }

    /// One that is gone may have no console any more.
    private func console(of id: String, _ instance: HostedInstance) async throws(HostError) -> [UInt8] {
        do throws(HostError) {
            return try await host.console(id)
        } catch {
            guard instance.state == .gone, error.advice == .giveUp || error.advice == .askForAWhile else { throw error }
            return []
        }
    }

    /// With what the console shows, for whoever must find out why.
    private func explained(
        _ failure: BuildFailure, _ watch: GuestWatch, _ role: GuestRole, of id: String
    ) async -> BuildFailure {
        guard failure.code != .cancelled, var first = failure.diagnostics.first else { return failure }
        var failure = failure
        if case .step(let number, let count, let name) = watch.reader.step {
            first.notes.append("its last step was \(number) of \(count), \(name)")
        } else {
            first.notes.append("it said nothing of its steps")
        }
        let tail = watch.reader.tail(20)
        if tail.isEmpty {
            first.notes.append("its console shows nothing, or nothing yet")
        } else {
            first.notes.append("the last lines of its console:")
            first.notes += tail.map { "  \($0)" }
            if let path = journal.keep(console: watch.reader.tail(.max), of: role) {
                first.notes.append("all of it: \(path)")
            }
        }
        failure.diagnostics[0] = first
        return failure
    }
}

/// When the console is looked at, and what comes of it.
struct GuestWatch {
    private(set) var reader: ConsoleReader
    private let pace: BuildPace
    private var lastRead: Duration?
    /// Since when the instance has been seen not to run any more.
    private var ended: Duration?

    init(buildID: BuildID, pace: BuildPace) {
        reader = ConsoleReader(buildID: buildID)
        self.pace = pace
    }

    /// The console is looked at no more often than it may be.
    mutating func isDue(_ instance: HostedInstance, at time: Duration) -> Bool {
        if instance.state != .starting, instance.state != .running, ended == nil { ended = time }
        guard let lastRead else { return true }
        return time - lastRead >= pace.console
    }

    mutating func read(_ console: [UInt8], at time: Duration) -> [GuestLine] {
        lastRead = time
        return reader.read(console)
    }

    /// A guest that has ended is heard for a while yet: its last words come late.
    func answer(_ instance: HostedInstance, at time: Duration, reason: String) -> Waiter.Answer<GuestLine> {
        guard let ended else { return reader.verdict.map { .done($0) } ?? .pending }
        if case .failed = reader.verdict { return .done(reader.verdict ?? .ok) }
        if reader.verdict == .ok { return .failed("it said so, and ended before it could be stopped\(reason)") }
        let hasLooked = lastRead.map { $0 >= ended } ?? false
        guard hasLooked, time - ended >= pace.lateConsole else { return .pending }
        return .failed("it ended without a word\(reason)")
    }
}
