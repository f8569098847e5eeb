import ClusterSpec
import DatabaseSecrets
import Diagnostics
import FoundationEssentials
import ImageBuild
import LocalFiles
import PgpoolConfig
import QEMUHost
import YAMLDocument

/// The spec that an image is tried with, and the passwords of its users, from where the spec says they are kept.
actor TrialLogins {
    struct Logins: Sendable {
        var spec: ClusterSpec
        var root: YAMLNode
        /// Those who may log in.
        var users: [(name: String, password: Password)]
        /// Who reads and writes.
        var user: (name: String, password: Password)
    }

    private let config: String
    private var known: Logins?
    /// What was found odd on the way.
    private(set) var warnings: [Diagnostic] = []

    init(_ config: String) {
        self.config = config
    }

    /// Read once: a variable with a password is taken out of the environment.
    func logins() async throws(CommandFailure) -> Logins {
        if let known { return known }
        let bytes = try BuildInputs.read(config)
        let (spec, root): (ClusterSpec, YAMLNode?)
        do throws(DiagnosticsError) {
            let document = try YAMLDocument(parsing: bytes, file: config)
            (spec, root) = (try ClusterSpec(document), document.root)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        let patience = SecretFetcher.Patience(deadline: .seconds(30), grace: .zero)
        let fetched = await PasswordSources(
            folder: FileSystem.parent(of: config), environment: ProcessInfo.processInfo.environment,
            secrets: SecretAccess(region: nil, patience: patience), region: spec.image.region
        ).fetch(spec.auth.users, withSecrets: true)
        guard !fetched.findings.hasErrors else {
            throw CommandFailure(fetched.failure ?? .badInput, fetched.findings)
        }
        warnings = fetched.findings
        let users = fetched.users.compactMap { user in
            fetched.passwords[user.name.value].map { (name: user.name.value, password: $0) }
        }
        let name = spec.health.user.map { fetched.currentNames[$0.value] ?? $0.value }
        guard let root, let user = users.first(where: { $0.name == name }) else {
            throw CommandFailure(
                .badInput, "\(config) has no users, so nobody could read or write through the image's pgpool",
                notes: ["name one below auth.users"])
        }
        let logins = Logins(spec: spec, root: root, users: users, user: user)
        known = logins
        return logins
    }

    /// What the guest gets.
    func files(_ trial: ClusterTrial) async throws(HostError) -> [String: [UInt8]] {
        do throws(CommandFailure) {
            let logins = try await logins()
            var root = logins.root
            // Of two users that alternate, one has the password now.
            if logins.spec.health.user?.isGiven == true {
                root = root.setting("health", "user", to: .scalar(logins.user.name))
            }
            return TrialSpec.files(
                root, trial, users: logins.users.map { (name: $0.name, password: $0.password.clearText) })
        } catch {
            throw HostError(error)
        }
    }
}

extension HostError {
    /// The first thing that is wrong stands for all of it.
    init(_ failure: CommandFailure) {
        let first = failure.diagnostics.first
        let code: Code =
            switch failure.status {
            case .unavailable: .unavailable
            case .notAllowed: .refused
            default: .rejected
            }
        self.init(
            code, first?.message ?? "it is not known why",
            notes: (first?.notes ?? []) + failure.diagnostics.dropFirst().map(\.description))
    }
}
