import Diagnostics
package import FoundationEssentials

/// Looks for credentials where AWS's own tools do, in botocore's order: the environment, unless the command line names a
/// profile; the profile's role, web identity, login, keys and program; the container's endpoint; the instance's role.
///
/// The first that is set up counts. If it fails, that is an error and no other is asked. The files are read anew each
/// time, so that keys which another tool has renewed are seen.
package struct CredentialChain: CredentialProvider {
    private let environment: AWSEnvironment
    private let profile: String?
    private let tools: Tools

    /// What the steps need of the outside.
    package struct Tools: Sendable {
        package var transport: any HTTPTransport
        package var roles: any RoleAssumer
        package var runProcess: CredentialProcess
        /// The time of day.
        package var now: @Sendable () -> Date
        /// Waits between attempts, and throws when the task is cancelled.
        package var sleep: @Sendable (Duration) async throws -> Void
        /// Kept from one look to the next, for its token.
        package var metadata: InstanceMetadata

        package init(
            transport: any HTTPTransport, roles: any RoleAssumer, runProcess: @escaping CredentialProcess,
            now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void,
            metadata: InstanceMetadata
        ) {
            self.transport = transport
            self.roles = roles
            self.runProcess = runProcess
            self.now = now
            self.sleep = sleep
            self.metadata = metadata
        }
    }

    /// The profile is the name on the command line.
    package init(_ environment: AWSEnvironment, profile: String? = nil, tools: Tools) {
        self.environment = environment
        self.profile = profile
        self.tools = tools
    }

    /// - Returns: Never nil.
    /// - Throws: Also when no source is set up, with what each of them lacks.
    package func credentials() async throws(CredentialError) -> Credentials? {
        var notes: [String] = []
        for step in try steps() {
            switch try await step.look() {
            case .found(let credentials): return credentials
            case .absent(let reason?, let more):
                notes.append("\(step.name): \(reason)" + (more.isEmpty ? "" : " (\(more.joined(separator: " ")))"))
            case .absent(nil, _): break
            }
        }
        notes.append(
            "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where there is a role.")
        throw CredentialError(.none, source: "credentials", "no source of credentials is set up", notes: notes)
    }

    private func steps() throws(CredentialError) -> [any CredentialStep] {
        let configuration: AWSConfiguration
        do throws(DiagnosticsError) {
            configuration = try AWSConfiguration(environment, profile: profile)
        } catch {
            throw CredentialError(error)
        }
        let sources = ProfileSources(
            environment: environment, shared: configuration.shared, roles: tools.roles, runProcess: tools.runProcess,
            container: ContainerCredentials(environment, transport: tools.transport, sleep: tools.sleep),
            instance: InstanceCredentials(tools.metadata, now: tools.now))
        let isGiven = configuration.isProfileGiven
        return (isGiven ? [] : [EnvironmentCredentials(environment)])
            + [AssumedRoleCredentials(configuration.profile, sources)]
            + sources.steps(of: configuration.profile, readsVariables: !isGiven)
            + [sources.container, sources.instance]
    }
}
