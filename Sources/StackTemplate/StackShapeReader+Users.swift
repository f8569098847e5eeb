import ClusterSpec
import Diagnostics
import StackParameters
import YAMLDocument

extension StackShapeReader {
    /// Who may log in, added to the tree; the secrets that instances read besides the one that the stack makes.
    mutating func users(_ database: StackShape.Database) -> [StackShape.UserSecret] {
        var secrets: [StackShape.UserSecret] = []
        var names: Set<String> = []
        var nodes = tree["auth"]?["users"]?.items ?? []
        let isMade = if case .made = database { true } else { false }
        for user in spec.auth.users {
            names.insert(user.name.value)
            guard case .secret(let secret, let stage) = user.password.value else {
                findings.append(
                    Diagnostic(
                        .error, at: user.password.location, key: user.key,
                        "an instance has neither this file nor this variable",
                        notes: ["keep the password in Secrets Manager: `secret: NAME`"]))
                continue
            }
            guard SecretResource(secret) != nil else {
                findings.append(
                    Diagnostic(
                        .error, at: user.password.location, key: "\(user.key).secret",
                        "'\(Parse.excerpt(secret))' is neither the ARN nor the name of a secret",
                        notes: ["aws secretsmanager list-secrets prints them"]))
                continue
            }
            secrets.append(StackShape.UserSecret(user: user.name.value, secret: secret, versionStage: stage))
        }
        for item in values.isGiven("user_secrets") ? values.items("user_secrets") : [] {
            guard let (name, secret) = StackParameter.pair(item) else { continue }
            if let objection = StackShapeReader.objection(toUser: name, secret) {
                error("user_secrets", "'\(name)': \(objection.message)", objection.note)
            } else if !names.insert(name).inserted {
                error("user_secrets", "the user '\(name)' is there twice", "keep one, here or in auth.users")
            } else {
                secrets.append(StackShape.UserSecret(user: name, secret: secret, versionStage: nil))
                nodes.append(.mapping(["name": .scalar(name), "secret": .scalar(secret)]))
            }
        }
        var known = names
        if isMade { known.insert(MasterUser.name) }
        // The spec by itself does not know whom the stack adds.
        if let user = tree["health"]?["user"]?.scalar?.text, known.contains(user) {
            findings.removeAll { $0.key == "health.user" && $0.severity == .error }
        }
        if isMade {
            if names.contains(MasterUser.name) {
                error(
                    "user_secrets", "'\(MasterUser.name)' is the user that the stack makes the cluster with",
                    "remove it, here or from auth.users: the stack adds it with its secret")
            }
            nodes.append(
                .mapping(["name": .scalar(MasterUser.name), "secret": .scalar(Reference.databaseSecret.token)]))
            masterUser()
        } else if nodes.isEmpty, spec.auth.mode.value == .scram,
            !findings.contains(where: { $0.key.hasPrefix("auth.users") })
        {
            warn(
                "user_secrets", "there are no users, so nobody can log in",
                "give `user_secrets=app=SECRET`, or auth.users in cluster.yaml")
        }
        tree = tree.setting("auth", "users", to: nodes.isEmpty ? nil : .sequence(nodes))
        return secrets
    }

    /// A cluster that was just made has one user, as whom alone a probe can log in.
    private mutating func masterUser() {
        guard let user = tree["health"]?["user"]?.scalar?.text else {
            tree = tree.setting("health", "user", to: .scalar(MasterUser.name))
            return
        }
        if user != MasterUser.name, !findings.contains(where: { $0.key == "health.user" }) {
            findings.append(
                Diagnostic(
                    .warning, at: tree["health"]?["user"]?.location, key: "health.user",
                    "instances get ready only when the role is there, and a new cluster has none but \(MasterUser.name)",
                    notes: ["leave the line out at first, make the role, and deploy again with it"]))
        }
    }

    /// Why a pair is none of a user and a secret.
    private static func objection(toUser name: String, _ secret: String) -> (message: String, note: String)? {
        do throws(Malformed) {
            _ = try Parse.postgresName(name)
            _ = try Parse.text(secret)
        } catch {
            return (error.message, "give a role of PostgreSQL and its secret, as user=secret")
        }
        return SecretResource(secret) == nil
            ? (
                "'\(Parse.excerpt(secret))' is neither the ARN nor the name of a secret",
                "aws secretsmanager list-secrets prints them"
            )
            : nil
    }
}
