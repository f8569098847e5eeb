import FoundationEssentials
import Glibc
import JSONDocument
import SimulatedCloudFormation
import Subprocess
import SystemPackage
import TestBasics
import TestPython
import Testing
import ToolRuns

extension StackCommands {
    /// The simulated CloudFormation, and the program for scripts, as AWS's own library sees them.
    @Suite(.timeLimit(.minutes(5)))
    struct ServerTests {
        private static let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "snapshots.py").path

        private static let program: String = {
            let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
            return URL(filePath: bundle).deletingLastPathComponent().appending(path: "SimulatedAWSServer").path
        }()

        /// What the library says of a server.
        private func look(_ arguments: [String]) async throws -> String {
            let result = try await Subprocess.run(
                .path(FilePath(try TestPython.path())), arguments: Arguments(["-I", Self.script] + arguments),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
            return result.standardOutput
        }

        private func check(_ text: String, output: String, isDeleted: Bool = true) throws {
            let seen = try JSONDocument(parsing: Array(text.utf8), file: "").root
            let deleted = """
                , "deleted": [true, "deleted"], "left": [],
                "none": ["DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault"]
                """
            let expected = """
                {"outputs": {"NLBEndpoint": "\(output)", "Other": "<&>"}, "on time": true, "template": true,
                 "resources": ["Cluster", "Topic"],
                 "last event": ["AWS::CloudFormation::Stack", "CREATE_COMPLETE"],
                 "snapshots": [["orders-cluster-1", "available", "manual"]], "name": true\(isDeleted ? deleted : "")}
                """
            let wanted = try JSONDocument(parsing: Array(expected.utf8), file: "").root
            #expect(seen.hasSameContent(as: wanted), "\(text)")
        }

        @Test func botocoreReadsEveryAnswer() async throws {
            let cloud = SimulatedCloud(clock: .real(speed: 100))
            let text = try await withSimulatedCloud(cloud) { url in try await look([url]) }
            try check(text, output: "template")
            #expect(cloud.leftovers == ["Topic (orders-Topic-1)"] && cloud.objects == [])
        }

        /// Runs the program until the body is through, which is given its address, and returns all lines that it printed.
        private func run(
            _ arguments: [String], _ body: @escaping @Sendable (_ url: String) async throws -> Void
        ) async throws -> [String] {
            let (read, write) = try FileDescriptor.pipe()
            for end in [read, write] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
            let result = try await Subprocess.run(
                .path(FilePath(Self.program)), arguments: Arguments(arguments),
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

        private static let flags = [
            "--speed", "100", "--bucket", "templates", "--resource-time", "20", "--stack-output",
            "NLBEndpoint=lb=1.example.com",
        ]

        @Test func theProgramPlaysBothServicesAndSaysWhatIsLeft() async throws {
            let kept = try await run(Self.flags) { url in
                let text = try await look([url, "--keep"])
                try check(text, output: "lb=1.example.com", isDeleted: false)
            }
            #expect(kept.count == 3)
            #expect(kept.contains("left over: Topic (orders-Topic-1)"))
            #expect(kept.contains { $0.hasPrefix("left over: snapshot of Cluster (orders-snapshot-cluster-") })
            let announced = try await run(Self.flags + ["--announce"]) { url in _ = try await look([url]) }
            #expect(announced.dropFirst().dropLast().contains("after 1 CreateChangeSet"))
            #expect(announced.last == "left over: Topic (orders-Topic-1)")
        }

        @Test func aStackThatIsThereIsLeftOver() async throws {
            let folder = try TemporaryFolder()
            let lines = try await run(Self.flags + ["--stack-fate", "Group=9:no: room"]) { url in
                try await withStackScene(variables: ["AWS_ENDPOINT_URL": url]) { scene in
                    let failed = try await scene.deploy()
                    #expect(failed.status == 1 && failed.errors.contains("AutoScalingGroup): no: room\n"))
                    try folder.write("done", "")
                }
            }
            #expect(try folder.names == ["done"])
            #expect(lines.last == "left over: stack orders is ROLLBACK_COMPLETE")
        }

        @Test(arguments: [
            ["--stack-output", "NLBEndpoint"], ["--stack-output", "=x"], ["--stack-fate", "Group"],
            ["--stack-fate", "Group=soon:x"], ["--stack-fate", "Group=5"], ["--resource-time", "long"],
        ])
        func aFlagThatCannotBeUnderstoodIsNamed(_ arguments: [String]) async throws {
            let result = try await Subprocess.run(
                .path(FilePath(Self.program)), arguments: Arguments(arguments), output: .string(limit: 4096),
                error: .discarded)
            #expect(result.terminationStatus == .exited(64))
            #expect(result.standardOutput.hasPrefix("SimulatedAWSServer: "))
        }
    }
}
