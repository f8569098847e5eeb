@testable import DoctorOnEC2
import HealthDecision

/// A snapshot of a doctor, as far as these parts look at it.
func snapshot(
    _ state: HealthState = .ready, at now: Duration = .seconds(1000), loads: [Snapshot.Load] = [],
    servers: [ServerConnections] = [], countedAt: Duration? = nil, pcp: PCPFinding? = nil,
    port: PortFinding? = nil, process: ProcessFinding? = nil
) -> Snapshot {
    let isLive = state != .dead && state != .starting
    var evidence = Evidence()
    if !servers.isEmpty { evidence.connections = Observation(.counted(servers), at: countedAt ?? now) }
    if let last = loads.last {
        evidence.pcp = Observation(.answers(Children(busy: last.busy, total: last.total, own: last.own)), at: last.at)
    }
    if let pcp { evidence.pcp = Observation(pcp, at: now) }
    evidence.port = port.map { Observation($0, at: now) }
    evidence.process = process.map { Observation($0, at: now) }
    return Snapshot(
        now: now, startedAt: 0,
        verdict: Verdict(
            state: state, since: .zero, reasons: [], answers: [.live: Answer(isLive, isLive ? "alive" : "dead: gone")]),
        evidence: evidence, loads: loads, heals: Snapshot.Heals(isEnabled: true), version: "1")
}

func load(_ second: Double, _ busy: Int, of total: Int = 8, reserved: Int = 0, own: Int? = 1) -> Snapshot.Load {
    Snapshot.Load(at: .seconds(second), busy: busy, total: total, reserved: reserved, own: own)
}
