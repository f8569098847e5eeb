import AWSClient
import Doctor
import HealthDecision
import Logging

extension OnEC2 {
    /// Watches `/live`, and tells the group of a death that lasts.
    func watchLife(_ view: DoctorView, staleAfter: Duration) async {
        while !Task.isCancelled {
            let snapshot = view.snapshot()
            let now = view.now()
            // By the draining file or in Standby somebody works on it; no other state but InService is to be ended early.
            let isSpared = snapshot.evidence.draining != nil || target.map { $0 != "InService" } ?? false
            let liveness = ReplaceDecision.Liveness(snapshot, at: now, staleAfter: staleAfter)
            if replacement.look(liveness, isSpared: isSpared, at: now) {
                let reason = snapshot.verdict.answers[.live]?.reason ?? ""
                // A reload in the middle of it is not to leave open whether the group knows.
                Task { await mark(view, reason) }
            }
            try? await Task.sleep(for: paces.looking)
        }
    }

    private func mark(_ view: DoctorView, _ reason: String) async {
        let lasted = replacement.after
        guard let id = await instanceID(at: view.now(), retry: paces.markRetry),
            let client = await client(at: view.now())
        else {
            replacement.failed(at: view.now())
            return
        }
        do throws(AWSError) {
            try await AutoScaling(client).markUnhealthy(
                instanceID: id, deadline: client.timer.elapsed() + paces.markRetry)
            replacement.succeeded()
            isWell(.replacement)
            logger.error(
                "told the Auto Scaling group that \(id) is unhealthy, which replaces it: for \(lasted) /live has said \(reason)"
            )
        } catch {
            replacement.failed(at: view.now())
            let isEarly = error.isOfGracePeriod
            complain(
                .replacement, key: isEarly ? "grace period" : OnEC2.key(error),
                "this instance is dead, and the Auto Scaling group "
                    + (isEarly ? "takes no word of it before its grace period is over" : "could not be told")
                    + "; trying again each \(paces.markRetry)\(isEarly ? " until then" : ""): \(OnEC2.text(error))")
        }
    }
}

extension AWSError {
    /// Whether the group refuses because the instance is too young; only the text tells that from other errors.
    fileprivate var isOfGracePeriod: Bool {
        origin == .service && code == "ValidationError" && message.contains("grace period")
    }
}
