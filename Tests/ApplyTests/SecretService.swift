import Foundation
import ScriptedServer
import Synchronization

extension Host {
    /// The lines of an installed file, comments aside.
    func lines(of name: String) -> [String] {
        let text = files()?[name].map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }
}

/// Runs with a host whose users are in Secrets Manager, and the service.
func withHost(
    users: String = "[{name: app, secret: app-secret}]", _ body: (Host, SecretService) async throws -> Void
) async throws {
    let host = try Host()
    defer { host.remove() }
    try host.write(
        """
        aurora: {writer: w.example, reader: r.example, max_connections: 1000}
        auth: {users: \(users)}
        pgpool: {version: "4.5", owner: nobody, children: 20}
        service:
          reload: [sh, -c, 'echo reload >> \(host.calls); (env; cat /proc/$PPID/cmdline) >> \(host.folder)/given']
          restart: [sh, -c, 'echo restart >> \(host.calls)']
          doctor_reload: [sh, -c, 'echo doctor-reload >> \(host.calls)']
          doctor_restart: [sh, -c, 'echo doctor-restart >> \(host.calls)']
        """, to: "cluster.yaml")
    let state = SecretService.State()
    try await withScriptedServer { request in
        state.answer(request)
    } while: { server in
        try await body(host, SecretService(server: server, state: state))
    }
}

/// Secrets Manager with one secret, and the metadata of an instance with a role.
struct SecretService {
    let server: ScriptedServer
    let state: State

    /// The requests for secrets.
    var requests: [ReceivedRequest] { server.requests.filter { $0["x-amz-target"] != nil } }

    var variables: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "FAKE/secret/key",
            "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_REGION": "eu-west-3",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": server.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
            "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]
    }

    func give(user: String, password: String, previous: (user: String, password: String)? = nil) {
        func json(_ user: String, _ password: String) -> String {
            #"{"engine": "postgres", "username": "\#(user)", "password": "\#(password)", "port": 5432}"#
        }
        give(text: json(user, password), previous: previous.map { json($0.user, $0.password) })
    }

    func give(text: String, previous: String? = nil) {
        state.stored.withLock { $0.texts = ["AWSCURRENT": text, "BLUE": text, "AWSPREVIOUS": previous] }
    }

    /// The next requests are answered so.
    func fail(_ action: Action, times: Int) { state.stored.withLock { $0.failures = (action, times) } }

    /// The next requests for the version before are answered so.
    func failPrevious(_ action: Action, times: Int) { state.stored.withLock { $0.previousFailures = (action, times) } }

    /// The instance has no role for so many questions.
    func hideRole(times: Int) { state.stored.withLock { $0.hiddenRoles = times } }

    final class State: Sendable {
        struct Stored {
            var texts: [String: String?] = [:]
            var failures: (Action, Int)?
            var previousFailures: (Action, Int)?
            var hiddenRoles = 0
        }

        let stored = Mutex(Stored())

        func answer(_ request: ReceivedRequest) -> Action {
            if request.target.hasPrefix("/latest/") { return metadata(request) }
            return stored.withLock { stored in
                if let (action, times) = stored.failures, times > 0 {
                    stored.failures = (action, times - 1)
                    return action
                }
                if let (action, times) = stored.previousFailures, times > 0, request.text.contains("AWSPREVIOUS") {
                    stored.previousFailures = (action, times - 1)
                    return action
                }
                let stage = stored.texts.keys.first { request.text.contains(#""VersionStage":"\#($0)""#) }
                guard let text = stage.flatMap({ stored.texts[$0] ?? nil }) else {
                    return .answer(400, text: #"{"__type":"ResourceNotFoundException","Message":"no such version"}"#)
                }
                let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
                    "\n", with: "\\n")
                return .answer(
                    text: #"{"ARN":"arn","Name":"n","VersionId":"\#(stage ?? "")","SecretString":"\#(escaped)"}"#)
            }
        }

        private func metadata(_ request: ReceivedRequest) -> Action {
            switch request.target {
            case "/latest/api/token": return .answer(text: "FAKE-IMDS")
            case "/latest/meta-data/placement/region": return .answer(text: "ap-south-1")
            case "/latest/meta-data/iam/security-credentials/":
                let isHidden = stored.withLock { stored in
                    stored.hiddenRoles -= 1
                    return stored.hiddenRoles >= 0
                }
                return isHidden ? .answer(404) : .answer(text: "role")
            case "/latest/meta-data/iam/security-credentials/role":
                return .answer(
                    text: """
                        {"Code": "Success", "AccessKeyId": "FAKEROLEKEY", "SecretAccessKey": "FAKE/role/key",
                        "Token": "FAKE-TOKEN", "Expiration": "2099-01-01T00:00:00Z"}
                        """)
            default: return .answer(404)
            }
        }
    }
}
