import Glibc
import HealthDecision

extension HealthMonitor {
    /// Probes until the task is cancelled. Each probe has a lane of its own, so that none waits for another.
    func run(_ settings: DoctorSettings) async {
        take(settings)
        let probes = Probes(settings)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.every(settings.interval) { await self.probeProcess(probes) } }
            group.addTask { await self.every(settings.interval) { await self.probePort(probes) } }
            group.addTask { await self.every(settings.interval) { await self.probePCP(probes) } }
            group.addTask { await self.every(settings.interval) { await self.probeWriter(probes) } }
            group.addTask { await self.every(settings.interval) { await self.probeReader(probes) } }
            group.addTask {
                await self.every(settings.interval) {
                    let begun = ContinuousClock.now
                    await self.probeChecks(probes)
                    // Slow checks leave the connection to the other probes for most of the time.
                    let took = ContinuousClock.now - begun
                    if took > settings.interval / 4 { try? await Task.sleep(for: took * 3) }
                }
            }
            group.addTask { await self.countConnections(probes) }
            group.addTask { await self.watchWriter(probes) }
            group.addTask { await self.every(.seconds(10)) { await self.lookUpReaders(probes) } }
        }
        await probes.connection?.renew()
        await probes.pcp?.close()
    }

    /// The pace of the probes while a failover is being healed.
    private static let hurry = Duration.milliseconds(250)
    /// How long the databases' connections are not counted again.
    private static let countingPause = Duration.seconds(30)

    /// Runs a probe at a steady pace; one that takes longer is followed by the next at once.
    private func every(_ interval: Duration, _ probe: () async -> Void) async {
        var next = ContinuousClock.now
        while !Task.isCancelled {
            await probe()
            next = max(
                next.advanced(by: plan.isActive ? min(interval, max(plan.pause(at: now), Self.hurry)) : interval), .now)
            try? await Task.sleep(until: next, clock: .continuous)
        }
    }

    private func probeProcess(_ probes: Probes) {
        let begun = now
        let finding = probes.process()
        set(draining: access(drainingFile, F_OK) == 0 ? "the instance is being drained" : nil, by: .file)
        record(.process, \.process, finding, since: begun)
    }

    private func probePort(_ probes: Probes) async {
        let begun = now
        // A session that is answered has shown as much, and costs pgpool no child.
        let isKnown = if case .answers = evidence.session?.finding { true } else { evidence.session?.finding.isFull }
        let finding = isKnown == true ? PortFinding.accepts : await probes.port()
        if Task.isCancelled { return }
        record(.port, \.port, finding, since: begun)
    }

    private func probePCP(_ probes: Probes) async {
        let begun = now
        guard let finding = await probes.children()?.finding else { return }
        record(.pcp, \.pcp, finding, since: begun)
    }

    private func probeWriter(_ probes: Probes) async {
        let begun = now
        let epoch = healEpoch
        guard let found = await probes.writer(mayRenew: mayRenew) else { return }
        // A connection of before a failover says nothing of now.
        guard epoch == healEpoch else { return }
        record(.session, \.session, found.session, since: begun)
        record(.writer, \.writer, found.writer, since: begun)
        if found.writer == .inRecovery { await probes.connection?.renew() }
    }

    private func probeReader(_ probes: Probes) async {
        await waitForFirstSession()
        let begun = now
        let finding = hasSession ? await probes.reader(mayRenew: mayRenew) : .unknown("there is no session to ask by")
        guard let finding else { return }
        record(.reader, \.reader, finding, since: begun)
    }

    private func probeChecks(_ probes: Probes) async {
        await waitForFirstSession()
        let begun = now
        let isSilent = probes.connection == nil || probes.settings.checks.isEmpty
        let finding: ChecksFinding? =
            hasSession || isSilent
            ? await probes.checks(mayRenew: mayRenew) : .unknown("there is no session to ask by")
        guard let finding else { return }
        record(.checks, \.checks, finding, since: begun)
    }

    /// Counts the databases' connections, which nothing hurries for.
    private func countConnections(_ probes: Probes) async {
        // The connection is first for those whose answers are waited for.
        while evidence.session == nil || evidence.reader == nil || evidence.checks == nil {
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
        while !Task.isCancelled {
            let hasCounted = await probeConnections(probes)
            try? await Task.sleep(for: hasCounted ? Self.countingPause : probes.settings.interval)
        }
    }

    /// Whether it came to an end; the connection may have been in use.
    private func probeConnections(_ probes: Probes) async -> Bool {
        let begun = now
        let isSilent = probes.connection == nil
        let finding: ConnectionsFinding? =
            hasSession || isSilent
            ? await probes.connections(mayRenew: mayRenew) : .unknown("there is no session to ask by")
        guard let finding else { return false }
        record(.connections, \.connections, finding, since: begun)
        return hasSession || isSilent
    }

    /// Keeps the readers' addresses for those who look. Aurora's reader endpoint gives another one each time.
    private func lookUpReaders(_ probes: Probes) async {
        for (number, name) in probes.readerNames {
            guard let addresses = await name.addresses(within: probes.settings.timeout) else { continue }
            set(addresses: addresses, of: number)
        }
    }

    /// Waits until the writer's probe has ended once.
    private func waitForFirstSession() async {
        while evidence.session == nil {
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }

    /// Whether the writer's probe got through, so that others need not try in vain.
    private var hasSession: Bool { evidence.session?.finding == .answers }

    /// Whether a new connection would find a child.
    private var mayRenew: Bool {
        if case .answers(let children) = evidence.pcp?.finding { !children.isSaturated } else { true }
    }
}

extension SessionFinding {
    fileprivate var isFull: Bool {
        if case .full = self { true } else { false }
    }
}
