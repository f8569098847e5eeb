import AWSClient
import AWSTransport
import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import Testing

/// The program that scripts run.
struct ProgramTests {
    private static let path: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "SimulatedAWSServer").path
    }()

    /// Runs it until the body is through, which is given its address, and returns all lines that it printed.
    private func run(
        _ arguments: [String], _ body: @escaping @Sendable (_ url: String) async throws -> Void
    ) async throws -> [String] {
        let (read, write) = try FileDescriptor.pipe()
        for end in [read, write] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        let result = try await Subprocess.run(
            .path(FilePath(Self.path)), arguments: Arguments(arguments),
            input: .fileDescriptor(read, closeAfterSpawningProcess: true), output: .sequence, error: .discarded
        ) { execution in
            var text = ""
            var isOpen = true
            for try await chunk in execution.standardOutput {
                text += chunk.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                guard isOpen, let end = text.firstIndex(of: "\n") else { continue }
                isOpen = false
                do { try await body(String(text[..<end])) } catch { Issue.record("\(error)") }
                try write.close()
            }
            if isOpen { try write.close() }
            return text
        }
        return result.closureResult.split(separator: "\n").map(String.init)
    }

    @Test func itPlaysAWSUntilItsInputEnds() async throws {
        let lines = try await run(
            [
                "--speed", "1000", "--bucket", "builds", "--announce", "--guest", "fails", "--latency", "0.5",
                "--running",
                "5", "--fault", "RunInstances:1:lose-answer", "--shortage", "t3a.medium::now", "--image-fate",
                "failed:5",
                "--throttle-every", "1000", "--refuse", "CopyImage",
            ]
        ) { url in
            let transport = AsyncHTTPTransport()
            let client = AWSClient(
                region: "eu-west-1", credentials: FixedCredentials(accessKeyID: "AKIDEXAMPLE"),
                runtime: AWSRuntime(
                    transport: transport, timer: WaitTimer(ContinuousClock()), now: { Date() }, random: { 0.5 }),
                endpoint: { _ in HTTPURL(url) ?? HTTPURL(scheme: "http", host: "unreachable.invalid") },
                policy: RetryPolicy(attempts: 3, base: .milliseconds(1), limit: .milliseconds(1)))
            let ec2 = EC2(client)
            let image = try await SSM(client).getParameter("/aws/service/debian/release/12/latest/amd64").value
            var launch = EC2.Launch(clientToken: "t", imageID: image, instanceType: "t3a.medium")
            let shortage = await failure { [launch] in _ = try await ec2.runInstance(launch) }
            // The first call of all is lost, but it found no room in any case.
            #expect(shortage?.kind == .capacity)
            launch.instanceType = "t3.medium"
            let id = try await ec2.runInstance(launch).id
            #expect(id.hasPrefix("i-"))
            await transport.shutDown()
        }
        #expect(lines.first?.hasPrefix("http://127.0.0.1:") == true)
        #expect(
            lines.dropFirst().dropLast() == ["before 1 RunInstances", "before 2 RunInstances", "after 2 RunInstances"])
        #expect(lines.last?.hasPrefix("left over: instance i-") == true)
    }

    @Test(arguments: [
        ["--dance", "x"], ["--speed"], ["--speed", "fast"], ["--guest", "none"], ["--fault", "x"],
        ["--fault", "RunInstances:x:lose-answer"], ["--shortage", "t3.medium"], ["--image-fate", "failed"],
    ])
    func aFlagThatCannotBeUnderstoodIsNamed(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .path(FilePath(Self.path)), arguments: Arguments(arguments), output: .string(limit: 4096),
            error: .discarded)
        #expect(result.terminationStatus == .exited(64))
        #expect(result.standardOutput.hasPrefix("SimulatedAWSServer: "))
    }
}
