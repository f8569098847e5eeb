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
        if plan.wantsPool || sight.writer == .inRecovery {
            sight.pool = await pool(probes)
            if sight.pool == nil, let main { sight.idleChildren = ChildSignal.idleChildren(of: main) }
        }
        let (step, children) = plan.look(sight, at: now)
        if case .began(let reason) = step {
            heals.count += 1
            heals.lastBegan = now
            heals.lastReason = reason
            logger.warning("asking pgpool's children to drop idle connections: \(reason)")
        }
        if step == .swept {
            logger.info("asking pgpool's children once to drop idle connections: a failover may have gone unwatched")
        }
        heals.isActive = plan.isActive
        if !children.isEmpty, let main {
            let (sent, denied) = ChildSignal.send(to: children, of: main)
            heals.signals += sent
            noteSignals(sent, denied)
        }
        if case .ended(let took, let isSure) = step {
            heals.lastTook = took
            logger.notice(
                isSure
                    ? "no client meets a stale connection of pgpool any more, \(took.inSeconds) after the first sign"
                    : "the writer takes writes; without PCP nobody knows what of pgpool's pool is still stale")
        }
        guard step != .nothing else { return }
        // The doctor's own connection is one of the stale ones.
        healEpoch += 1
        await probes.connection?.renew()
    }

    /// The pooled connections; nil when PCP cannot be asked, or did not answer when it was last.
    private func pool(_ probes: Probes) async -> [PoolEntry]? {
        guard case .answers = evidence.pcp?.finding else { return nil }
        return await probes.children(within: .milliseconds(500))?.children?.flatMap(\.entries)
    }

    /// Logs the signals of a second in one line.
    private func noteSignals(_ count: Int, _ denied: Int = 0) {
        signalsToLog += count
        signalsDenied += denied
        guard now - signalsLogged >= .seconds(1) else { return }
        if signalsToLog > 0 {
            logger.notice("asked pgpool's children \(signalsToLog) times to drop idle connections")
        }
        if signalsDenied > 0 {
            logger.error("may not signal pgpool's children: run the doctor as the user that pgpool runs as")
            signalsDenied = 0
        }
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
