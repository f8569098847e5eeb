import HealthDecision
import Logging

extension HealthMonitor {
    /// Watches the writer's name and the writer, and has pgpool drop stale connections after a failover.
    func watchWriter(_ probes: Probes) async {
        while !Task.isCancelled {
            let addresses = await probes.writerName?.addresses(within: .seconds(1))
            if let addresses { set(addresses: addresses, of: 0) }
            if heals.isEnabled { await lookForFailover(probes, addresses) }
            if !plan.isWatching, signalsToLog > 0 { noteSignals(0) }
            let pause = min(plan.pause(at: now), probes.settings.interval)
            try? await Task.sleep(for: pause)
        }
    }

    private func lookForFailover(_ probes: Probes, _ addresses: Set<String>?) async {
        var sight = HealPlan.Sight(writer: freshWriter, addresses: addresses)
        freshWriter = nil
        let main = probes.mainProcess?.find().process
        if plan.isWatching || sight.writer == .inRecovery {
            sight.pool = await probes.children()?.children.map { $0.flatMap(\.entries) }
            if sight.pool == nil, let main { sight.idleChildren = ChildSignal.idleChildren(of: main) }
        }
        let (step, children) = plan.look(sight, at: now)
        switch step {
        case .nothing: break
        case .began(let reason):
            heals.count += 1
            heals.lastBegan = now
            heals.lastReason = reason
            logger.warning("failover seen: \(reason); asking pgpool's children to drop idle connections")
        case .ended(let took):
            heals.lastTook = took
            logger.notice(
                "no client meets a stale connection of pgpool any more, \(took.inSeconds) after the first sign")
        }
        heals.isActive = plan.isActive
        if step != .nothing {
            // The doctor's own connection is one of the stale ones.
            healEpoch += 1
            await probes.connection?.renew()
        }
        guard !children.isEmpty, let main else { return }
        let count = ChildSignal.send(to: children, of: main)
        heals.signals += count
        noteSignals(count)
    }

    /// Logs the signals of a second in one line.
    private func noteSignals(_ count: Int) {
        signalsToLog += count
        guard now - signalsLogged >= .seconds(1) else { return }
        logger.notice("asked pgpool's children \(signalsToLog) times to drop idle connections")
        signalsToLog = 0
        signalsLogged = now
    }
}

extension Duration {
    /// With two decimals and the unit.
    fileprivate var inSeconds: String {
        let hundredths = Int((self / .milliseconds(10)).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
