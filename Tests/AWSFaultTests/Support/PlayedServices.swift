import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization

/// Plays the services of the matrix, and remembers what it has done.
final class PlayedServices: Sendable {
    /// The value of the secret, which nobody is to tell.
    static let secret = "canary-value"

    private struct State {
        var effects: [String] = []
        var instances: [String: String] = [:]
        var versions: [String: Int] = [:]
        var objects: [String: [UInt8]] = ["/bucket/stored": Array("stored bytes".utf8)]
    }

    private let state = Mutex(State())

    /// What was done, in order: `image web`.
    var effects: [String] { state.withLock(\.effects) }

    /// Does what a request asks for, and answers.
    func perform(_ request: ReceivedRequest) -> Answer {
        switch request.operation {
        case "DescribeInstances": describeInstances()
        case "RunInstances": runInstances(request.form["ClientToken"] ?? "")
        case "CreateImage": make("image \(request.form["Name"] ?? "")", "<imageId>ami-1</imageId>")
        case "CreateSecurityGroup": make("group \(request.form["GroupName"] ?? "")", "<groupId>sg-1</groupId>")
        case "GetCallerIdentity": getCallerIdentity()
        case "AssumeRole": assumeRole(request.form["RoleArn"] ?? "")
        case "GetParameter": read("parameter", json: #"{"Parameter":{"Name":"/ami","Value":"ami-1","Version":1}}"#)
        case "PutParameter": putParameter("/ami")
        case "GetSecretValue":
            read("secret", json: #"{"ARN":"arn:secret","VersionId":"v1","SecretString":"\#(PlayedServices.secret)"}"#)
        case "PutObject": putObject(request)
        case "GetObject": getObject(request.target)
        case "HeadObject": headObject(request.target)
        default: Answer(404, body: Array("the test does not play \(request.operation)".utf8))
        }
    }

    private func note(_ effect: String) {
        state.withLock { $0.effects.append(effect) }
    }

    private func make(_ effect: String, _ fields: String) -> Answer {
        note(effect)
        return Answer(200, body: Array("<Response><requestId>r-0</requestId>\(fields)</Response>".utf8))
    }

    private func read(_ what: String, json: String) -> Answer {
        note("read \(what)")
        return Answer(200, body: Array(json.utf8))
    }

    private func describeInstances() -> Answer {
        make(
            "read instances",
            "<reservationSet><item><instancesSet>\(instance("i-1"))</instancesSet></item></reservationSet>")
    }

    /// One token, one instance.
    private func runInstances(_ token: String) -> Answer {
        let id = state.withLock { state in
            if let id = state.instances[token] { return id }
            let id = "i-\(state.instances.count + 1)"
            state.instances[token] = id
            state.effects.append("instance \(token)")
            return id
        }
        let fields = "<instancesSet>\(instance(id))</instancesSet>"
        return Answer(200, body: Array("<RunInstancesResponse>\(fields)</RunInstancesResponse>".utf8))
    }

    private func instance(_ id: String) -> String {
        "<item><instanceId>\(id)</instanceId><instanceState><name>pending</name></instanceState></item>"
    }

    private func getCallerIdentity() -> Answer {
        make(
            "read identity",
            "<GetCallerIdentityResult><Arn>arn:caller</Arn><UserId>u-1</UserId><Account>123456789012</Account>"
                + "</GetCallerIdentityResult>")
    }

    /// The keys of a role are its name's.
    private func assumeRole(_ arn: String) -> Answer {
        let role = arn.split(separator: "/").last.map(String.init) ?? ""
        let credentials = Credentials.role(role)
        return make(
            "session \(role)",
            "<AssumeRoleResult><Credentials><AccessKeyId>\(credentials.accessKeyID)</AccessKeyId>"
                + "<SecretAccessKey>\(credentials.secretAccessKey)</SecretAccessKey>"
                + "<SessionToken>\(credentials.sessionToken ?? "")</SessionToken>"
                + "<Expiration>2026-09-21T15:13:20Z</Expiration></Credentials></AssumeRoleResult>")
    }

    private func putParameter(_ name: String) -> Answer {
        let version = state.withLock { state in
            state.versions[name, default: 0] += 1
            return state.versions[name, default: 0]
        }
        note("parameter \(name)")
        return Answer(200, body: Array(#"{"Version":\#(version),"Tier":"Standard"}"#.utf8))
    }

    private func putObject(_ request: ReceivedRequest) -> Answer {
        note("object \(request.target)")
        state.withLock { $0.objects[request.target] = request.body }
        return Answer(200, headers: [("ETag", "\"e-1\"")])
    }

    private func getObject(_ path: String) -> Answer {
        note("read \(path)")
        return state.withLock(\.objects)[path].map { Answer(206, body: $0) } ?? Answer(404)
    }

    private func headObject(_ path: String) -> Answer {
        note("head \(path)")
        return state.withLock(\.objects)[path].map { Answer(200, headers: [("Content-Length", "\($0.count)")]) }
            ?? Answer(404)
    }
}

extension Credentials {
    /// What the played STS gives for a role.
    static func role(_ name: String) -> Credentials {
        Credentials(
            accessKeyID: "ASIA-\(name)", secretAccessKey: "canary-key-\(name)/+=",
            sessionToken: "canary-token-\(name)/+=", expiration: Date(timeIntervalSince1970: 1_790_003_600))
    }
}
