import AWSClient
import Diagnostics
import ImageBuild
import StackDeploy

/// What the commands of a stack have in common: who is called, how often, and what an end means.
struct StackOutside: Sendable {
    let report: StackReport
    /// Nil for the environment's or the profile's.
    let region: String?
    /// For templates that are too large for a call.
    let bucket: String?
    /// Whether nobody is asked.
    let isSure: Bool
    let pace: StackPace

    /// What a flow is made of.
    struct Parts: Sendable {
        var services: StackServices
        var runtime: StackRuntime
        var region: String
    }

    /// Runs with the network, and closes it afterwards.
    func with(
        _ body: (Parts) async throws(CommandFailure) -> Int32
    ) async throws(CommandFailure) -> Int32 {
        let outside: AWSOutside
        do throws(DiagnosticsError) {
            outside = try AWSOutside(region: region, notice: { [report] in report.notice($0) })
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        let status: Int32
        do throws(CommandFailure) {
            status = try await body(try await parts(outside))
        } catch {
            await outside.shutDown()
            throw error
        }
        await outside.shutDown()
        return status
    }

    private func parts(_ outside: AWSOutside) async throws(CommandFailure) -> Parts {
        let runtime = StackRuntime(
            timer: outside.timer, random: { Double.random(in: 0..<1) }, report: { [report] in report.take($0) },
            confirm: { [report, isSure] question in
                if isSure { return true }
                return await report.isAgreed(question)
            })
        let client = try await asCommand { () throws(DiagnosticsError) in try await outside.client() }
        return Parts(
            services: StackServices(
                cloudFormation: CloudFormation(client), ec2: EC2(client), store: try await store(client, outside)),
            runtime: runtime, region: client.region)
    }

    /// The bucket, asked in its own region.
    private func store(
        _ client: AWSClient, _ outside: AWSOutside
    ) async throws(CommandFailure) -> StackServices.Store? {
        guard let bucket else { return nil }
        let region: String
        do throws(AWSError) {
            region = try await S3(client).region(ofBucket: bucket)
        } catch {
            if error.status == 404 { throw CommandFailure(.badInput, "--bucket: there is no bucket \(bucket)") }
            throw CommandFailure(BuildFailure(preflight: error))
        }
        let home = try await asCommand { () throws(DiagnosticsError) in try await outside.client(region: region) }
        return StackServices.Store(s3: S3(home), bucket: bucket)
    }

    private func asCommand<Value: Sendable>(
        _ call: () async throws(DiagnosticsError) -> Value
    ) async throws(CommandFailure) -> Value {
        do throws(DiagnosticsError) {
            return try await call()
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }
}

extension StackFailure {
    var exitStatus: ExitStatus {
        switch code {
        case .badInput: .badInput
        case .failed, .cancelled: .foundWrong
        case .refused: .notAllowed
        case .unavailable: .unavailable
        case .unfinished: .unfinished
        }
    }
}
