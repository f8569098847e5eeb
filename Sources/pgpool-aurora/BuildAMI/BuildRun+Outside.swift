import AWSClient
import ClusterSpec
import Diagnostics
import FoundationEssentials
import ImageBuild
import LocalFiles

extension BuildRun {
    /// A spec that a build can be made of, perhaps by another provider than it names.
    func readSpec(_ path: String, provider: Image.Provider?) throws(CommandFailure) -> ClusterSpec {
        let spec = try BuildInputs.spec(path, provider: provider)
        let objections = BuildPlanner.objections(to: spec)
        guard objections.isEmpty else { throw CommandFailure(.badInput, objections) }
        spec.warnings.filter { $0.key.hasPrefix("image") }.forEach(report.warn)
        return spec
    }

    /// The tool as it gets into the guest; one that the guest fetches elsewhere is not looked at.
    func toolArtifact(_ path: String?, _ image: Image) throws(CommandFailure) -> Artifact {
        if case .url(let address, let sha256) = image.artifact {
            return Artifact(.tool, address: address.value, sha256: sha256.value)
        }
        return try BuildInputs.tool(path, for: image, report)
    }

    func makeOutside(region: String?, spec: Setting<String>?) throws(CommandFailure) -> AWSOutside {
        do throws(DiagnosticsError) {
            return try AWSOutside(region: region, spec: spec, notice: { [report] in report.notice($0) })
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    func client(_ outside: AWSOutside) async throws(CommandFailure) -> AWSClient {
        do throws(DiagnosticsError) {
            return try await outside.client()
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    /// When the credentials end; they must be there.
    func credentials(_ outside: AWSOutside) async throws(CommandFailure) -> Date? {
        do throws(CredentialError) {
            return try await outside.credentialEnd()
        } catch {
            let status: ExitStatus = error.code == .unavailable ? .unavailable : .notAllowed
            throw CommandFailure(status, error.description, notes: error.notes)
        }
    }

    func expiryWarnings(_ end: Date?, _ plan: BuildPlan) -> [Diagnostic] {
        guard let end, end.timeIntervalSinceNow < Double(plan.deadline) else { return [] }
        return [
            Diagnostic(
                .warning,
                "the credentials end in \(max(0, Int(end.timeIntervalSinceNow / 60))) min, before the deadline of "
                    + "\(plan.deadline / 60) min",
                notes: ["if they do not renew themselves, the build can be gone on with when there are new ones"])
        ]
    }

    /// The services that a plan needs, each in its region.
    func services(_ outside: AWSOutside, _ plan: BuildPlan) async throws(CommandFailure) -> EC2Host.Services {
        do throws(DiagnosticsError) {
            let client = try await outside.client(region: plan.ec2?.region)
            let bucket = try await outside.client(region: plan.ec2?.bucket?.region ?? client.region)
            return BuildRun.services(client, bucket)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    static func services(_ client: AWSClient, _ bucket: AWSClient) -> EC2Host.Services {
        EC2Host.Services(ec2: EC2(client), ssm: SSM(client), s3: S3(bucket), sts: STS(client))
    }

    /// Whose the credentials are.
    func identity(_ services: EC2Host.Services) async throws(CommandFailure) -> STS.Identity {
        try await asCommand { () async throws(BuildFailure) in
            try await asPreflight { () throws(AWSError) in try await services.sts.getCallerIdentity() }
        }
    }

    /// What is of another account cannot be found in this one, and would be taken for gone.
    func checkAccount(_ plan: BuildPlan, _ services: EC2Host.Services) async throws(CommandFailure) {
        let identity = try await identity(services)
        guard let account = plan.ec2?.account, identity.account != account else { return }
        throw CommandFailure(
            .notAllowed,
            "the build \(plan.buildID) is of the account \(account), the credentials of \(identity.account)",
            notes: ["use those of \(account); `aws sts get-caller-identity` shows whose they are"])
    }

    func host(
        _ plan: BuildPlan, _ services: EC2Host.Services, _ outside: AWSOutside
    ) throws(CommandFailure) -> EC2Host {
        guard let own = plan.ec2 else {
            throw CommandFailure(.badInput, "the build \(plan.buildID) is not one on EC2")
        }
        return EC2Host(plan, own, services, timer: outside.timer, now: { Date() }, deadline: deadline) {
            artifact throws(HostError) in
            let path = artifact.path ?? ""
            let bytes: [UInt8]?
            do throws(FileError) {
                bytes = try FileSystem.read(path, limit: 512 << 20)
            } catch {
                throw HostError(.rejected, error.description)
            }
            guard let bytes, sha256Text(of: bytes) == artifact.sha256 else {
                throw HostError(
                    .rejected, "\(path) is not what it was when the build was planned",
                    notes: ["begin a new build"])
            }
            return bytes
        }
    }

    // MARK: - Errors

    func asCommand<Value>(_ body: () async throws(BuildFailure) -> Value) async throws(CommandFailure) -> Value {
        do throws(BuildFailure) {
            return try await body()
        } catch {
            throw CommandFailure(error)
        }
    }

    func asCommand<Value>(_ body: () async throws(FileError) -> Value) async throws(CommandFailure) -> Value {
        do throws(FileError) {
            return try await body()
        } catch {
            guard error.code == .damaged else { throw CommandFailure(error) }
            throw CommandFailure(
                .badInput, error.description,
                notes: ["`pgpool-aurora build-ami reap` removes what it has left, by its tags, once that has expired"])
        }
    }
}

extension CommandFailure {
    init(_ failure: BuildFailure) {
        self.init(failure.exitStatus, failure.diagnostics)
    }
}

extension BuildFailure {
    var exitStatus: ExitStatus {
        switch code {
        case .badInput: .badInput
        case .failed, .cancelled: .foundWrong
        case .refused: .notAllowed
        case .unavailable: .unavailable
        case .unfinished: .unfinished
        case .cannotWrite: .cannotWrite
        case .bug: .ownBug
        }
    }
}
