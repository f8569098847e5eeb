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
        /// Why it is not known whether there is one.
        package var previousProblem: String?

        package init(current: Login, previous: Login? = nil, previousProblem: String? = nil) {
            self.current = current
            self.previous = previous
            self.previousProblem = previousProblem
        }
    }

    /// Fetches the version of a secret, given by ARN, whose region is then taken, or by name, that has a label.
    ///
    /// When that is the current one and names a user, the version before it is asked for too: a rotation that alternates
    /// between two users leaves the other one valid, for the clients that have not yet heard of it.
    package func fetch(_ id: String, stage: String) async throws(SecretError) -> Logins {
        do throws(SecretError) {
            return try await logins(of: id, stage)
        } catch {
            var named = error
            named.message += " (the secret \(id))"
            throw named
        }
    }

    private func logins(of id: String, _ stage: String) async throws(SecretError) -> Logins {
        let secrets = try await patiently { () throws(SecretError) in
            do throws(DiagnosticsError) {
                return SecretsManager(try await client(SecretFetcher.region(ofARN: id)))
            } catch {
                throw SecretError(error)
            }
        }
        var rounds = 0
        while true {
            let value = try await patiently { () throws(SecretError) in try await self.value(of: id, stage, secrets) }
            let current = try login(value)
            guard stage == Auth.currentStage, let user = current.user else { return Logins(current: current) }
            let older: SecretsManager.SecretValue
            do throws(SecretError) {
                older = try await self.value(of: id, "AWSPREVIOUS", secrets)
            } catch {
                switch error.code {
                // A secret that was never rotated.
                case .wrong: return Logins(current: current)
                case .notAllowed: return Logins(current: current, previousProblem: error.message)
                // To leave out somebody who could log in until now is worse than to wait.
                case .unavailable: throw error
                }
            }
            rounds += 1
            // A rotation between the two answers made the current one the one before.
            if older.versionID == value.versionID, rounds < 3 { continue }
            do throws(SecretError) {
                let previous = try login(older)
                guard let other = previous.user, other != user else { return Logins(current: current) }
                return Logins(current: current, previous: previous)
            } catch {
                return Logins(current: current, previousProblem: "the version before \(error.message)")
            }
        }
    }

    private func value(
        of id: String, _ stage: String, _ secrets: SecretsManager
    ) async throws(SecretError) -> SecretsManager.SecretValue {
        do throws(AWSError) {
            return try await secrets.getSecretValue(id, stage: stage, deadline: patience.deadline)
        } catch {
            throw SecretError(error, stage: stage)
        }
    }

    private func login(_ value: SecretsManager.SecretValue) throws(SecretError) -> Login {
        guard let text = value.text else { throw SecretError(.wrong, "is binary", ["keep it as text"]) }
        do throws(SecretTextError) {
            return try Login(secret: text)
        } catch {
            throw SecretError(.wrong, error.message, error.notes)
        }
    }

    /// Asks until it is granted, or the grace is over, which begins with the first refusal. What a service cannot answer
    /// now, the client has asked again.
    private func patiently<Value: Sendable>(
        _ ask: () async throws(SecretError) -> Value
    ) async throws(SecretError) -> Value {
        var end: Duration?
        while true {
            do throws(SecretError) {
                return try await ask()
            } catch {
                guard error.mayPass, patience.grace > .zero else { throw error }
                let now = timer.elapsed()
                if !error.isOfInstance { end = end ?? now + patience.grace }
                // Metadata that do not answer yet are a service that is not there yet.
                let left = min(error.isOfInstance ? patience.deadline : end ?? now, patience.deadline) - now
                guard left > SecretFetcher.pause else { throw error.afterWaiting }
                notice(
                    "\(error.message)\(error.cause); that may come soon after a start, so asking again for \(left.inSeconds)"
                )
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
