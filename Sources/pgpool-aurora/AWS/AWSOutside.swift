import AWSClient
import AWSTransport
import ClusterSpec
import Diagnostics
import FoundationEssentials
import LocalFiles
import Synchronization

/// What commands call AWS with: this process's environment, files, clocks and network, and the user's settings.
///
/// Nothing is asked before the first call.
final class AWSOutside: Sendable {
    private let configuration: AWSConfiguration
    private let runtime: AWSRuntime
    /// What the EC2 instance that this is knows of itself.
    let metadata: InstanceMetadata
    private let credentials: CredentialCache
    private let choice: RegionChoice
    private let policy: RetryPolicy
    private let clients = Mutex<[String: AWSClient]>([:])

    /// Reads the settings, and throws what is wrong with them. `region` is the command line's choice and `spec` the spec's;
    /// `notice` is told what is tried again.
    init(
        region: String? = nil, spec: Setting<String>? = nil, policy: RetryPolicy = .standard,
        notice: @escaping @Sendable (String) -> Void
    ) throws(DiagnosticsError) {
        let environment = AWSOutside.environment
        let configuration = try AWSConfiguration(environment)
        let bundle = configuration.setting("AWS_CA_BUNDLE", "ca_bundle")
        if let bundle, FileSystem.status(bundle.text) == nil {
            throw DiagnosticsError(
                Diagnostic(.error, at: bundle.location, key: "AWS_CA_BUNDLE", "there is no file \(bundle.text)"))
        }
        let timer = WaitTimer(ContinuousClock())
        let now: @Sendable () -> Date = { Date() }
        let transport = AsyncHTTPTransport(
            proxies: try AWSOutside.proxies(environment),
            certificateBundle: bundle?.text)
        let runtime = AWSRuntime(
            transport: transport, timer: timer, now: now, random: { Double.random(in: 0..<1) }, notice: notice)
        let metadata = InstanceMetadata(
            try configuration.instanceMetadata(), transport: transport, now: now, sleep: timer.sleep)
        let choice = RegionChoice(flag: region, spec: spec.flatMap { spec in spec.location.map { (spec.value, $0) } })
        let roles = STSRoles(runtime: runtime) { () throws(CredentialError) in
            do throws(DiagnosticsError) {
                let region = try await choice.resolve(configuration, metadata: metadata)
                return (region, try configuration.endpoint(for: STS.service.name, region: region))
            } catch {
                throw CredentialError(error)
            }
        }
        let chain = CredentialChain(
            environment,
            tools: CredentialChain.Tools(
                transport: transport, roles: roles, runProcess: CredentialProgram.run, now: now, sleep: timer.sleep,
                metadata: metadata))
        self.configuration = configuration
        self.runtime = runtime
        self.metadata = metadata
        self.choice = choice
        self.policy = policy
        credentials = CredentialCache(chain, now: now, sleep: timer.sleep)
    }

    /// The time since the start, and waits.
    var timer: WaitTimer { runtime.timer }

    /// A client for a region, or else for the one that flag, spec, environment, profile or instance say.
    func client(region: String? = nil) async throws(DiagnosticsError) -> AWSClient {
        let choice = region.map { RegionChoice(flag: $0) } ?? choice
        let name = try await choice.resolve(configuration, metadata: metadata)
        // One for all calls: the clock that was corrected and the budget of retries are a client's.
        return clients.withLock { clients in
            if let client = clients[name] { return client }
            let client = AWSClient(
                region: name, credentials: credentials, runtime: runtime,
                endpoint: { [configuration] service throws(DiagnosticsError) in
                    try configuration.endpoint(for: service.name, region: name)
                }, policy: policy)
            clients[name] = client
            return client
        }
    }

    /// When the credentials end that are there now; nil for never.
    func credentialEnd() async throws(CredentialError) -> Date? { try await credentials.current().expiration }

    /// Reads a small public file by https.
    func fetch(_ address: String) async throws(FetchError) -> [UInt8] {
        guard let url = HTTPURL(address) else { throw FetchError(message: "\(address) is no address") }
        do throws(TransportError) {
            let response = try await runtime.transport.send(HTTPRequest("GET", url, timeout: .seconds(10)))
            guard response.isSuccess else { throw TransportError(.notSent, "the status is \(response.status)") }
            return response.body
        } catch {
            throw FetchError(message: "\(address): \(error.message)")
        }
    }

    /// The id of the EC2 instance that this is.
    func instanceID() async throws(InstanceMetadataError) -> String { try await metadata.instanceID() }

    /// Closes what is open.
    func shutDown() async { await runtime.transport.shutDown() }

    // MARK: - This process

    private static var environment: AWSEnvironment {
        let variables = ProcessInfo.processInfo.environment
        return AWSEnvironment(variables: variables, homeFolder: variables["HOME"]) { path throws(DiagnosticsError) in
            do throws(FileError) {
                return FileSystem.isFolder(path) ? nil : try FileSystem.read(path, takesPipes: true)
            } catch {
                throw DiagnosticsError(Diagnostic(.error, error.description))
            }
        }
    }

    private static func proxies(_ environment: AWSEnvironment) throws(DiagnosticsError) -> ProxySettings {
        do throws(ProxySettings.Invalid) {
            return try ProxySettings(environment: environment.variables)
        } catch {
            throw DiagnosticsError(Diagnostic(.error, key: error.variable, error.reason))
        }
    }
}
