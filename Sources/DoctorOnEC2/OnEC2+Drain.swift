import AWSClient
import ClusterSpec
import Doctor
import HealthDecision
import Logging

extension OnEC2 {
    private static let wishPath = "/latest/meta-data/autoscaling/target-lifecycle-state"
    static let drainingReason = "the Auto Scaling group is about to terminate this instance"

    /// Watches what the group wants of the instance, and when it is to go, its sessions.
    func watchWish(_ view: DoctorView, staleAfter: Duration) async {
        var askAt = view.now()
        while !Task.isCancelled {
            if view.now() >= askAt {
                let pause = await ask(view)
                askAt = view.now() + pause
            }
            if drain.isGoing {
                look(view, staleAfter: staleAfter)
                if drain.wantsEnd(at: view.now()) {
                    // A reload in the middle of it is not to leave open whether the group knows.
                    Task { await endWait(view, staleAfter: staleAfter) }
                }
            }
            let pause = drain.isGoing ? paces.looking : max(.zero, askAt - view.now())
            try? await Task.sleep(for: pause)
        }
    }

    /// Asks what the group wants; returns when to ask again.
    private func ask(_ view: DoctorView) async -> Duration {
        guard let access = access(at: view.now()) else { return paces.resting }
        do throws(InstanceMetadataError) {
            let target = try await access.metadata(OnEC2.wishPath)
            guard !Task.isCancelled else { return paces.asking }
            if let target, !target.isEmpty {
                note(target: target)
                await take(target, view)
                isWell(.state)
                return paces.asking
            }
            // Only another state ends a draining: the metadata may be at a loss for a moment.
            let pause = metadataPause
            complain(
                .state, key: "none",
                "the metadata has no state that an Auto Scaling group wants of this instance: it seems to be in "
                    + "none, and none will terminate it; looking again each \(pause)")
            return pause
        } catch {
            guard !Task.isCancelled else { return paces.asking }
            // Where nobody has ever answered, nobody will soon.
            let pause = error.code == .unavailable ? paces.asking : metadataPause
            complain(
                .state, key: "\(error.code)",
                "it is not known whether the Auto Scaling group is about to terminate this instance; looking again each "
                    + "\(pause): \(OnEC2.text(error))")
            return pause
        }
    }

    private func take(_ target: String, _ view: DoctorView) async {
        switch drain.see(target: target, at: view.now()) {
        case nil: break
        case .began:
            lastLoad = view.now()
            let load = view.snapshot().loads.last
            let open = load.map { "\(max(0, $0.busy - ($0.own ?? 0)))" } ?? "an unknown number of"
            logger.notice(
                "\(OnEC2.drainingReason): draining, with \(open) sessions open; it need not wait once there is none for \(paces.idleFor), and \(paces.drainsFor) are over"
            )
            await view.setDraining(OnEC2.drainingReason)
        case .ended:
            logger.notice("the Auto Scaling group no longer wants to terminate this instance: not draining any more")
            await view.setDraining(nil)
        }
    }

    /// Every answer of pgpool's since the last look counts.
    private func look(_ view: DoctorView, staleAfter: Duration) {
        let snapshot = view.snapshot()
        for (sessions, time) in snapshot.sessions(after: lastLoad, now: view.now(), staleAfter: staleAfter) {
            drain.see(sessions, at: time)
            lastLoad = max(lastLoad, time)
        }
    }

    private func endWait(_ view: DoctorView, staleAfter: Duration) async {
        guard let id = await instanceID(at: view.now(), retry: paces.endRetry),
            let group = await groupName(at: view.now()), let client = await client(at: view.now())
        else {
            drain.failed()
            return
        }
        do throws(CredentialError) {
            try await client.prepare()
        } catch {
            drain.failed()
            complain(
                .end, key: "credentials \(error.code)",
                couldNotEnd(([error.description] + error.notes).joined(separator: "; ")))
            return
        }
        // All that may have taken a while, and a client may have come.
        look(view, staleAfter: staleAfter)
        guard drain.isQuiet(at: view.now()) else {
            drain.failed()
            return
        }
        let wait = AutoScaling.LifecycleWait(hook: StackNames.drainHook, group: group, instanceID: id)
        do throws(AWSError) {
            switch try await AutoScaling(client).complete(
                wait, attempts: 1, deadline: client.timer.elapsed() + paces.endTimeout)
            {
            case .ended:
                drain.succeeded()
                isWell(.end)
                logger.notice("no session is left: told the Auto Scaling group \(group) to terminate \(id) now")
            // The instance is to go before its wait begins, and after it has ended.
            case .notWaiting: drain.failed()
            }
        } catch {
            drain.failed()
            complain(.end, key: OnEC2.key(error), couldNotEnd(OnEC2.text(error)))
        }
    }

    private func couldNotEnd(_ reason: String) -> String {
        "no session is left, but the Auto Scaling group could not be told, so it waits to the hook's own end; "
            + "trying again each \(paces.endRetry): \(reason)"
    }
}
