import AWSClient
import Diagnostics
import FoundationEssentials
import ScriptedServer
import Testing

extension FaultScene {
    /// The chain of credentials over the wire, for an environment of the test and files in memory.
    func chain(
        _ variables: [String: String], files: @escaping @Sendable (String) -> String? = { _ in nil },
        metadata settings: InstanceMetadataSettings = InstanceMetadataSettings(isDisabled: true)
    ) -> CredentialCache {
        let endpoint = HTTPURL(scheme: "http", host: server.host, port: server.port)
        let environment = AWSEnvironment(variables: variables, homeFolder: "/home/test") {
            path throws(DiagnosticsError) in
            files(path).map { Array($0.utf8) }
        }
        let metadata = InstanceMetadata(
            settings, transport: runtime.transport, now: runtime.now, sleep: runtime.timer.sleep)
        let roles = STSRoles(runtime: runtime) { () throws(CredentialError) in ("eu-central-1", endpoint) }
        let chain = CredentialChain(
            environment,
            tools: CredentialChain.Tools(
                transport: runtime.transport, roles: roles,
                runProcess: { _, _ throws(CredentialProcessFailure) in throw .notStarted("not expected here") },
                now: runtime.now, sleep: runtime.timer.sleep, metadata: metadata))
        return CredentialCache(chain, now: runtime.now, sleep: runtime.timer.sleep)
    }

    /// Where this scene's server plays the instance metadata service.
    func metadata(timeout: Duration = .seconds(120)) -> InstanceMetadataSettings {
        InstanceMetadataSettings(
            endpoint: HTTPURL(scheme: "http", host: server.host, port: server.port), timeout: timeout)
    }
}

/// The answer of a container's endpoint or of an instance, for canary credentials.
func roleAnswer(_ credentials: Credentials, expiration: Date) -> String {
    #"{"Code":"Success","AccessKeyId":"\#(credentials.accessKeyID)","#
        + #""SecretAccessKey":"\#(credentials.secretAccessKey)","Token":"\#(credentials.sessionToken ?? "")","#
        + #""Expiration":"\#(expiration.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)))"}"#
}

/// Whose access key signs now.
func expectSigner(
    _ accessKeyID: String, _ cache: CredentialCache, at place: Testing.SourceLocation = #_sourceLocation
) async throws {
    let credentials = try await cache.current()
    #expect(credentials.accessKeyID == accessKeyID, sourceLocation: place)
}
