import AWSClient
import ClusterSpec
import DatabaseSecrets
import Diagnostics

/// How one run gets at secrets of Secrets Manager, and how long it waits for them.
struct SecretAccess {
    /// The command line's region.
    var region: String?
    var patience: SecretFetcher.Patience

    /// A version of a secret.
    struct Secret: Hashable {
        /// Its ARN or name.
        var id: String
        /// The label of its version.
        var stage: String
    }

    /// Fetches all of them at the same time. Without any, nothing of AWS is touched.
    func fetch(
        _ secrets: Set<Secret>, region spec: Setting<String>?
    ) async -> [Secret: Result<SecretFetcher.Logins, SecretError>] {
        guard !secrets.isEmpty else { return [:] }
        let outside: AWSOutside
        do throws(DiagnosticsError) {
            outside = try AWSOutside(region: region, spec: spec, policy: SecretAccess.policy, notice: SecretAccess.say)
        } catch {
            let failure = SecretError(error)
            return Dictionary(uniqueKeysWithValues: secrets.map { ($0, .failure(failure)) })
        }
        let fetcher = SecretFetcher(
            timer: outside.timer, patience: patience, notice: SecretAccess.say,
            client: { region throws(DiagnosticsError) in try await outside.client(region: region) })
        let waits = SecretAccess.sayWhatIsWaitedFor(secrets, patience)
        defer { waits.cancel() }
        let logins = await withTaskGroup(of: Fetched.self) { group in
            var logins: [Secret: Result<SecretFetcher.Logins, SecretError>] = [:]
            var rest = secrets.sorted { ($0.id, $0.stage) < ($1.id, $1.stage) }[...]
            for secret in rest.prefix(SecretAccess.width) {
                group.addTask { await fetch(secret, by: fetcher, outside.timer) }
            }
            rest = rest.dropFirst(SecretAccess.width)
            for await fetched in group {
                logins[fetched.secret] = fetched.result
                if let secret = rest.popFirst() { group.addTask { await fetch(secret, by: fetcher, outside.timer) } }
            }
            return logins
        }
        await outside.shutDown()
        return logins
    }

    /// What a task of the group brings. A tuple with a typed error in the task's closure is miscompiled by Swift 6.3.1 with
    /// optimization: the first element came out as garbage.
    private struct Fetched {
        var secret: Secret
        var result: Result<SecretFetcher.Logins, SecretError>
    }

    /// How many are fetched at the same time.
    private static let width = 8

    private func fetch(_ secret: Secret, by fetcher: SecretFetcher, _ timer: WaitTimer) async -> Fetched {
        // What the credentials come from has times of its own, so the deadline is kept here too.
        await withTaskGroup(of: Fetched.self) { group in
            group.addTask { await SecretAccess.fetchUnbounded(secret, by: fetcher) }
            group.addTask { [deadline = patience.deadline] in
                try? await timer.sleep(max(.zero, deadline - timer.elapsed()) + .milliseconds(500))
                let message = "no answer within \(deadline.inSeconds) (the secret \(secret.id))"
                return Fetched(
                    secret: secret,
                    result: .failure(SecretError(.unavailable, message, ["run this again when that is mended"])))
            }
            let first = await group.next()
            group.cancelAll()
            guard let first else { preconditionFailure("two tasks have no result") }
            return first
        }
    }

    private static func fetchUnbounded(_ secret: Secret, by fetcher: SecretFetcher) async -> Fetched {
        do throws(SecretError) {
            let logins = try await fetcher.fetch(secret.id, stage: secret.stage)
            return Fetched(secret: secret, result: .success(logins))
        } catch {
            return Fetched(secret: secret, result: .failure(error))
        }
    }

    /// Until the deadline: an instance that boots while the service has trouble shall come up when that is over.
    private static let policy = RetryPolicy(attempts: .max, base: .milliseconds(500), limit: .seconds(10))

    /// Says what is waited for when that takes longer than anybody expects; the next lines say why.
    private static func sayWhatIsWaitedFor(_ secrets: Set<Secret>, _ patience: SecretFetcher.Patience) -> Task<
        Void, Never
    > {
        Task {
            guard (try? await Task.sleep(for: .seconds(2))) != nil else { return }
            let names = secrets.map(\.id).sorted().joined(separator: ", ")
            say("waiting for Secrets Manager to give \(names), for at most \(patience.deadline.inSeconds)")
        }
    }

    /// On the console while an instance boots, since cloud-init shows there what its scripts write.
    private static func say(_ line: String) { Report.notes(["pgpool-aurora: \(line)"]) }
}
