import AWSClient
import ArgumentParser
import ClusterSpec
import Diagnostics
import Doctor
import FoundationEssentials
import ImageBuild
import LocalFiles

/// `signal`: what an instance of the stack tells CloudFormation when it has started.
struct SignalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal",
        abstract: "Tell CloudFormation that this instance is ready, or why it is not.",
        discussion: """
            The stack's user-data runs it. A creation or an update of the stack waits for one SUCCESS of each instance; \
            a FAILURE ends and rolls it back. Ready is an instance whose doctor answers /ready with 200: rendered \
            files are not enough. Where no creation or update waits, as when the group replaces an instance by \
            itself, it says so and is content.

            EXAMPLES
              pgpool-aurora signal --when-ready --stack pgpool-aurora --resource Group --region us-east-1
              pgpool-aurora signal --failure 'no room for the files' --stack pgpool-aurora --resource Group

            Exit codes: 0 SUCCESS was sent, or FAILURE as asked; 1 the instance was not ready in time, and FAILURE was \
            sent; 64 usage; 65 there is no such stack; 69 CloudFormation cannot be reached; 77 it refuses.
            """)

    @Flag(help: "Wait until the doctor answers /ready, and then send SUCCESS; after the deadline FAILURE.")
    var whenReady = false

    @Option(help: ArgumentHelp("Send FAILURE for this reason, which is also said here.", valueName: "reason"))
    var failure: String?

    @Option(help: ArgumentHelp("The stack's name or id.", valueName: "stack"))
    var stack: String

    @Option(help: ArgumentHelp("The logical id of the resource that waits.", valueName: "id"))
    var resource: String

    @Option(help: ArgumentHelp("(default: the instance's own)", valueName: "region"))
    var region: String?

    @Option(help: ArgumentHelp("How long to wait, such as 12m.", valueName: "time"))
    var deadline = "12m"

    @Option(help: ArgumentHelp("Whom it is about. (default: this instance, by its metadata)", valueName: "id"))
    var instanceID: String?

    @Option(
        help: ArgumentHelp("The spec, for health.port. Without the file it is 8071.", valueName: "file"))
    var spec = "/etc/pgpool-aurora/cluster.yaml"

    func validate() throws {
        guard whenReady != (failure != nil) else { throw ValidationError("Give either --when-ready or --failure.") }
        guard (try? Parse.duration(deadline)) != nil else {
            throw ValidationError("--deadline is a length of time with its unit, such as 12m.")
        }
        for (name, value) in [
            ("--stack", stack), ("--resource", resource), ("--instance-id", instanceID), ("--failure", failure),
        ] as [(String, String?)] {
            guard value?.isEmpty != true else { throw ValidationError("\(name) is empty.") }
        }
    }

    func run() async throws {
        let limit = (try? Parse.duration(deadline)) ?? .seconds(720)
        var reason = failure
        if whenReady { reason = await Readiness(port: port).reason(within: limit) }
        do throws(CommandFailure) {
            try await send(reason)
        } catch {
            Report.findings(error.diagnostics)
            throw ExitCode(error.status.rawValue)
        }
        if whenReady, reason != nil { throw ExitCode(ExitStatus.foundWrong.rawValue) }
    }

    private var port: Int {
        guard let bytes = (try? FileSystem.read(spec)) ?? nil,
            let read = try? ClusterSpec(parsing: bytes, file: spec)
        else { return 8071 }
        return read.health.port.value
    }

    /// SUCCESS without a reason, else FAILURE.
    private func send(_ reason: String?) async throws(CommandFailure) {
        // CloudFormation keeps no reason; the console does.
        if let reason { Report.notes(["pgpool-aurora: not ready: \(reason)"]) }
        let outside: AWSOutside
        do throws(DiagnosticsError) {
            outside = try AWSOutside(region: region, policy: SignalCommand.policy) {
                Report.notes(["pgpool-aurora: \($0)"])
            }
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        let result: Result<ResourceSignal.Outcome, CommandFailure>
        do throws(CommandFailure) {
            result = .success(try await send(reason == nil ? .success : .failure, outside))
        } catch {
            result = .failure(error)
        }
        await outside.shutDown()
        let word = reason == nil ? "SUCCESS" : "FAILURE"
        switch try result.get() {
        case .taken: Report.notes(["pgpool-aurora: \(word) was sent to \(stack)"])
        case .notAwaited: Report.notes(["pgpool-aurora: no creation or update of \(stack) waits for \(word)"])
        }
    }

    private func send(
        _ status: ResourceSignal.Status, _ outside: AWSOutside
    ) async throws(CommandFailure) -> ResourceSignal.Outcome {
        let id: String
        do throws(InstanceMetadataError) {
            if let instanceID { id = instanceID } else { id = try await outside.instanceID() }
        } catch {
            throw CommandFailure(
                .unavailable, "the instance's id: \(error.message)",
                notes: ["give --instance-id where there is no metadata service"])
        }
        let signal = ResourceSignal(stack: stack, resource: resource, instanceID: id)
        let client: AWSClient
        do throws(DiagnosticsError) {
            client = try await outside.client()
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        do throws(AWSError) {
            // The time that a network that comes up late is waited for.
            return try await signal.send(status, by: client, deadline: outside.timer.elapsed() + .seconds(120))
        } catch {
            throw CommandFailure(BuildFailure(preflight: error))
        }
    }

    private static let policy = RetryPolicy(attempts: .max, base: .seconds(1), limit: .seconds(10))
}

/// Whether this instance's doctor calls it ready.
struct Readiness: Sendable {
    let port: Int

    /// Asks each second; nil once it is ready, else after so long what was answered last.
    func reason(within limit: Duration) async -> String? {
        let asker = HealthAsker(host: "127.0.0.1", port: port)
        let end = ContinuousClock.now + limit
        var last = ""
        while true {
            switch await asker.ask("/ready") {
            case .success(let answer) where answer.status == 200:
                await asker.shutDown()
                Report.notes(["pgpool-aurora: ready: \(answer.text)"])
                return nil
            case .success(let answer): note("/ready: \(answer.status), \(answer.text)", &last)
            case .failure(let why): note(why.message, &last)
            }
            guard ContinuousClock.now < end else { break }
            try? await Task.sleep(for: .seconds(1))
        }
        await asker.shutDown()
        return "\(last), for \(limit.components.seconds) s"
    }

    /// On the console, each word once.
    private func note(_ text: String, _ last: inout String) {
        if text != last { Report.notes(["pgpool-aurora: waiting: \(text)"]) }
        last = text
    }
}
