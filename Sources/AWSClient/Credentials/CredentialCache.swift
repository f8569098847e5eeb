package import FoundationEssentials

/// Keeps credentials and renews them before they end.
///
/// They are renewed five minutes before their end, which is when EC2 has the next ones at the latest, or when the last
/// third of their life begins, if that is later. One renewal runs at a time, for all who wait; as long as the old ones
/// are valid only who began it waits. A renewal that fails is an error only when no valid credentials are left. It is
/// never kept; the next one waits a little, twice as long after each failure, up to ten seconds.
package actor CredentialCache: CredentialSource {
    private let provider: any CredentialProvider
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    private var kept: Credentials?
    private var renewal: (id: Int, task: Task<Void, Never>)?
    private var waiters: [Int: CheckedContinuation<Result<Credentials, CredentialError>, Never>] = [:]
    private var lastID = 0
    private var renewAfter = Date.distantPast
    private var failures = 0
    private var retryAfter = Date.distantPast

    private static let margin = 300.0
    private static let firstPause = 0.25
    private static let longestPause = 10.0

    /// `now` is the time of day; `sleep` waits, and throws when the task is cancelled.
    package init(
        _ provider: any CredentialProvider, now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.provider = provider
        self.now = now
        self.sleep = sleep
    }

    /// Credentials that are valid now.
    package func current() async throws(CredentialError) -> Credentials {
        let time = now()
        if let kept, time < renewAfter { return kept }
        if let kept, isValid(kept, time), renewal != nil || isPausing(time) { return kept }
        return try await renewed().get()
    }

    /// Drops credentials that a service has called expired, unless they have been renewed meanwhile.
    package func invalidate(_ credentials: Credentials) {
        guard kept == credentials else { return }
        kept = nil
    }

    /// How many wait for a renewal.
    var waiting: Int { waiters.count }

    private func isValid(_ credentials: Credentials, _ time: Date) -> Bool {
        credentials.expiration.map { time < $0 } ?? true
    }

    /// Whether the last failure is so recent that nobody is asked. A clock that was set back does not make it longer.
    private func isPausing(_ time: Date) -> Bool {
        time < retryAfter && retryAfter.timeIntervalSince(time) <= CredentialCache.longestPause
    }

    // MARK: - Renewal

    /// Waits for the renewal that runs, or for a new one. Who stops waiting does not disturb the others.
    private func renewed() async -> Result<Credentials, CredentialError> {
        lastID += 1
        let id = lastID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else {
                    continuation.resume(returning: .failure(CredentialCache.cancelled))
                    return
                }
                waiters[id] = continuation
                if renewal == nil { beginRenewal() }
            }
        } onCancel: {
            Task { await self.stopWaiting(id) }
        }
    }

    private static let cancelled = CredentialError(
        .unavailable, source: "credentials", "the wait for them was given up")
    private static let over = CredentialError(
        .unavailable, source: "credentials", "those that were given out are over already",
        notes: ["Either they are old, or this machine's clock is ahead."])

    private func stopWaiting(_ id: Int) {
        waiters.removeValue(forKey: id)?.resume(returning: .failure(CredentialCache.cancelled))
        guard waiters.isEmpty, let renewal else { return }
        renewal.task.cancel()
        self.renewal = nil
    }

    private func beginRenewal() {
        lastID += 1
        let id = lastID
        renewal = (id, Task { await renew(id) })
    }

    private func renew(_ id: Int) async {
        let time = now()
        if isPausing(time) {
            try? await sleep(.milliseconds(Int64((retryAfter.timeIntervalSince(time) * 1000).rounded(.up))))
        }
        guard renewal?.id == id else { return }
        let result: Result<Credentials, CredentialError>
        do throws(CredentialError) {
            guard let credentials = try await provider.credentials() else {
                throw CredentialError(.none, source: "credentials", "no source of credentials is set up")
            }
            result = .success(credentials)
        } catch {
            result = .failure(error)
        }
        // Nobody waits for it any more, and another one may run.
        guard renewal?.id == id else { return }
        renewal = nil
        finish(result)
    }

    private func finish(_ result: Result<Credentials, CredentialError>) {
        let time = now()
        var answer = result
        switch result {
        case .success(let credentials) where isValid(credentials, time):
            keep(credentials, time)
        case .success:
            answer = fail(CredentialCache.over, time)
        case .failure(let error): answer = fail(error, time)
        }
        let waiting = waiters.values
        waiters = [:]
        for waiter in waiting { waiter.resume(returning: answer) }
    }

    private func keep(_ credentials: Credentials, _ time: Date) {
        kept = credentials
        failures = 0
        retryAfter = .distantPast
        renewAfter =
            credentials.expiration.map {
                let life = $0.timeIntervalSince(time)
                return $0.addingTimeInterval(-min(CredentialCache.margin, life / 3))
            } ?? .distantFuture
    }

    /// Notes a failure; those that are still valid are as good an answer as new ones.
    private func fail(_ error: CredentialError, _ time: Date) -> Result<Credentials, CredentialError> {
        failures += 1
        let pause = CredentialCache.firstPause * Double(1 << min(failures - 1, 10))
        retryAfter = time.addingTimeInterval(min(pause, CredentialCache.longestPause))
        if let kept, isValid(kept, time) { return .success(kept) }
        return .failure(error)
    }
}
