import Doctor
import DoctorOnEC2
import HealthDecision
import Logging
import Synchronization

/// A doctor whose findings a test says; time passes as everywhere.
final class PlayedDoctor: Sendable {
    private struct State {
        var state = HealthState.ready
        /// Nil for a PCP that does not answer.
        var busy: Int? = 1
        var own: Int? = 1
        var port = PortFinding.accepts
        var loads: [Snapshot.Load] = []
        var draining: [String?] = []
        var lines: [String] = []
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now

    func set(_ health: HealthState? = nil, busy: Int?? = nil, own: Int?? = nil, port: PortFinding? = nil) {
        state.withLock { state in
            if let health { state.state = health }
            if let busy { state.busy = busy }
            if let own { state.own = own }
            if let port { state.port = port }
        }
    }

    /// Each reason that was set, in order.
    var drainings: [String?] { state.withLock { $0.draining } }
    /// How often PCP was asked.
    var sampleCount: Int { state.withLock { $0.loads.count } }
    /// What the log has, by level.
    var lines: [String] { state.withLock { $0.lines } }

    func lines(_ level: Logger.Level) -> [String] { lines.filter { $0.hasPrefix("\(level): ") } }

    var view: DoctorView {
        DoctorView(
            snapshot: { self.look() }, now: { ContinuousClock.now - self.start },
            setDraining: { reason in self.state.withLock { $0.draining.append(reason) } })
    }

    /// Asks PCP at a steady pace until the task is cancelled.
    func probe() async {
        while !Task.isCancelled {
            let now = ContinuousClock.now - start
            state.withLock { state in
                guard let busy = state.busy else { return }
                state.loads.append(Snapshot.Load(at: now, busy: busy, total: 8, own: state.own))
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func look() -> Snapshot {
        let now = ContinuousClock.now - start
        return state.withLock { state in
            let pcp: PCPFinding? = state.busy == nil ? .silent : nil
            return DoctorOnEC2Tests.snapshot(
                state.state, at: now, loads: state.loads,
                servers: [ServerConnections(endpoint: "writer", open: 10, allowed: 40)], pcp: pcp, port: state.port)
        }
    }

    var logger: Logger { Logger(label: "test") { _ in Lines(doctor: self) } }

    private struct Lines: LogHandler {
        let doctor: PlayedDoctor
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            doctor.state.withLock { $0.lines.append("\(event.level): \(event.message)") }
        }
    }
}

/// Paces at which a minute takes a fifth of a second.
let quickPaces: Paces = {
    var paces = Paces()
    paces.publishing = .milliseconds(200)
    paces.looking = .milliseconds(10)
    paces.asking = .milliseconds(20)
    paces.resting = .milliseconds(400)
    paces.markRetry = .milliseconds(200)
    paces.goodFor = .milliseconds(200)
    paces.drainsFor = .milliseconds(400)
    paces.idleFor = .milliseconds(300)
    paces.endRetry = .milliseconds(100)
    return paces
}()
