package import AWSClient
import ClusterSpec
package import Diagnostics
import PgpoolConfig

/// Fetches the passwords of database users from Secrets Manager, with patience.
package struct SecretFetcher: Sendable {
    /// How long is waited, from the timer's start on.
    package struct Patience: Hashable, Sendable {
        /// For a service that does not answer.
        package var deadline: Duration
        /// For a role that may not read the secret yet, or that the instance has not yet: what was granted just now is
        /// known everywhere only after a while.
        package var grace: Duration

        package init(deadline: Duration, grace: Duration) {
            self.deadline = deadline
            self.grace = grace
        }
    }

    /// What is wrong with the settings. The compiler does not see the use in a closure's type, so it has a name.
    package typealias SettingsError = DiagnosticsError

    /// The client for a region; nil for the one that is set up.
    private let client: @Sendable (_ region: String?) async throws(SettingsError) -> AWSClient
    private let timer: WaitTimer
    private let patience: Patience
    /// Is told what is waited for, a line each.
    private let notice: @Sendable (String) -> Void

    package init(
        timer: WaitTimer, patience: Patience, notice: @escaping @Sendable (String) -> Void,
        client: @escaping @Sendable (_ region: String?) async throws(SettingsError) -> AWSClient
    ) {
        self.timer = timer
        self.patience = patience
        self.notice = notice
        self.client = client
    }

    /// The logins that a secret gives.
    package struct Logins: Sendable {
        /// The one that is valid now.
        package var current: Login
        /// The user before a rotation that alternates between two; nil when there is none.
        package var previous: Login?
    }

    /// Fetches the version of a secret, given by ARN, whose region is then taken, or by name, that has a label.
    ///
    /// When that is the current one and names a user, the version before it is asked for too: a rotation that alternates
    /// between two users leaves the other one valid, for the clients that have not yet heard of it.
    package func fetch(_ id: String, stage: String) async throws(SecretError) -> Logins {
        let secrets = try await patiently { () throws(SecretError) in
            do throws(DiagnosticsError) {
                return SecretsManager(try await client(SecretFetcher.region(ofARN: id)))
            } catch {
                throw SecretError(error)
            }
        }
        let value = try await patiently { () throws(SecretError) in
            do throws(AWSError) {
                return try await secrets.getSecretValue(id, stage: stage, deadline: patience.deadline)
            } catch {
                throw SecretError(error, stage: stage)
            }
        }
        let current = try login(value, id)
        guard stage == Auth.currentStage, let user = current.user else { return Logins(current: current) }
        // Nobody needs it as much as the current one: a secret never rotated has none, and a policy may withhold it.
        let end = min(patience.deadline, timer.elapsed() + .seconds(5))
        let older = try? await secrets.getSecretValue(id, stage: "AWSPREVIOUS", deadline: end)
        guard let older, let previous = try? login(older, id), let other = previous.user, other != user else {
            return Logins(current: current)
        }
        return Logins(current: current, previous: previous)
    }

    private func login(_ value: SecretsManager.SecretValue, _ id: String) throws(SecretError) -> Login {
        guard let text = value.text else {
            throw SecretError(.wrong, "the secret \(id) is binary", ["keep it as text"])
        }
        do throws(SecretTextError) {
            return try Login(secret: text)
        } catch {
            throw SecretError(.wrong, "the secret \(id) \(error.message)", error.notes)
        }
    }

    /// Asks until it is granted, or the grace is over. What a service cannot answer now, the client has asked again.
    private func patiently<Value: Sendable>(
        _ ask: () async throws(SecretError) -> Value
    ) async throws(SecretError) -> Value {
        while true {
            do throws(SecretError) {
                return try await ask()
            } catch {
                let left = patience.grace - timer.elapsed()
                guard error.mayPass, left > SecretFetcher.pause else { throw error }
                notice("\(error.message); that may come soon after a start, so asking again for \(left.inSeconds)")
                guard (try? await timer.sleep(SecretFetcher.pause)) != nil else { throw error }
            }
        }
    }

    private static let pause: Duration = .seconds(2)

    /// The fourth part of `arn:aws:secretsmanager:us-east-1:123456789012:secret:name`; nil for a name.
    package static func region(ofARN text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 7, parts[0] == "arn", parts[2] == "secretsmanager", !parts[3].isEmpty else { return nil }
        return String(parts[3])
    }
}

extension Duration {
    /// Whole seconds, as a person reads them: `28 s`.
    package var inSeconds: String { "\(components.seconds) s" }
}
