import JSONDocument
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// What programs read.
    @Suite(.timeLimit(.minutes(5)))
    struct JSONTests {
        private static let names: [String: Set<String>] = [
            "change": ["action", "logical_id", "physical_id", "type", "parts", "effects"],
            "resource": ["logical_id", "physical_id", "type", "status", "reason"], "progress": ["message"],
            "warning": ["file", "line", "column", "severity", "key", "message", "notes"],
            "error": ["file", "line", "column", "severity", "key", "message", "notes"],
        ]

        /// The lines of a run that says nothing to people but what is wrong; each has the names that it should.
        private func lines(_ run: ToolRun, exit: Int32, status: String, _ more: Set<String>) throws -> [StackLine] {
            #expect(run.status == exit, "\(run.words)")
            let lines = try StackLine.all(run.output)
            for line in lines.dropLast() {
                #expect(line.stack == "orders")
                if line.event == "phase" {
                    let isEnd = line["state"] == "end"
                    #expect(line.names == (isEnd ? ["phase", "state", "seconds"] : ["phase", "state"]))
                } else {
                    #expect(line.names == Self.names[line.event], "\(line.event)")
                }
            }
            let last = try #require(lines.last)
            #expect(last.event == "result" && last["status"] == status && last.fields["exit"]?.integer == Int(exit))
            #expect(last.names == Set(["status", "exit"]).union(more))
            return lines
        }

        private func phases(_ lines: [StackLine]) -> [String] {
            lines.filter { $0.event == "phase" }.map { "\($0["phase"] ?? "") \($0["state"] ?? "")" }
        }

        @Test func everyLineIsADocumentAndTheLastOneTheResult() async throws {
            try await withStackScene { scene in
                let compared = try await scene.diff(["--json"])
                let planned = try lines(compared, exit: 1, status: "different", ["changes"])
                #expect(phases(planned) == ["plan begin", "plan end"] && compared.errors == "")
                let changes = planned.filter { $0.event == "change" }
                #expect(planned.last?.fields["changes"]?.integer == changes.count && changes.count > 20)

                let made = try await scene.deploy(["--json"])
                let all = try lines(made, exit: 0, status: "deployed", ["outputs"])
                #expect(phases(all) == ["plan begin", "plan end", "deploy begin", "deploy end"] && made.errors == "")
                #expect(all.last?.fields["outputs"]?["NLBEndpoint"]?.text == "lb.example.com")
                let done = all.filter { $0.event == "resource" && $0["status"] == "CREATE_COMPLETE" }
                #expect(done.count == changes.count + 1)

                let again = try lines(try await scene.deploy(["--json"]), exit: 0, status: "unchanged", ["outputs"])
                #expect(again.contains { $0["message"]?.contains("nothing to change") == true })

                let changed = try lines(
                    try await scene.deploy(["--json"] + StackScene.ami), exit: 0, status: "deployed", ["outputs"])
                let part = try #require(changed.first { $0.event == "change" && $0["logical_id"] == "LaunchTemplate" })
                #expect(part.fields["parts"]?[0]?["cause"]?.text == "parameter AmiId")

                let gone = try lines(
                    try await scene.destroy(["--json"]), exit: 0, status: "deleted", ["retained", "snapshots"])
                #expect(phases(gone) == ["delete begin", "delete end"])
                #expect(gone.last?.fields["snapshots"]?.items?.map(\.text) == ["Cluster"])
                _ = try lines(
                    try await scene.destroy(["--json"]), exit: 0, status: "absent", ["retained", "snapshots"])
            }
        }

        @Test func aFailureIsAnErrorBeforeTheResult() async throws {
            try await withStackScene {
                $0.fates["Group"] = .fails(after: .seconds(9), "no \"room\"")
            } while: { scene in
                let run = try await scene.deploy(["--json"])
                let failed = try lines(run, exit: 1, status: "failed", ["outputs"])
                let error = try #require(failed.dropLast().last)
                #expect(error.event == "error")
                #expect(error["message"] == "Group (AWS::AutoScaling::AutoScalingGroup): no \"room\"")
                #expect(failed.last?.fields["outputs"]?.isNull == true)
                // People see it, too.
                #expect(run.errors.hasPrefix("error: Group (AWS::AutoScaling::AutoScalingGroup): no \"room\"\n"))
            }
        }

        @Test func whatIsOddInTheFilesIsAWarning() async throws {
            try await withStackScene { scene in
                try scene.folder.write("cluster.yaml", "pgpool: {allow: [10.0.0.0/8]}\n")
                for run in [try await scene.diff(["--json"]), try await scene.deploy(["--json"])] {
                    let warning = try #require(try StackLine.all(run.output).first)
                    #expect(warning.event == "warning" && warning["key"] == "client_cidrs", "\(run.words)")
                    #expect(run.errors.hasPrefix("stack.yaml:5:15: warning: [client_cidrs] "))
                }
            }
        }

        @Test func whatIsWrongInTheFilesIsAResultToo() async throws {
            try await withStackScene { scene in
                try scene.folder.write("stack.yaml", "ami_id: local-1\nvpc_zones: many\n")
                for run in [try await scene.deploy(["--json"]), try await scene.diff(["--json"])] {
                    #expect(run.status == 65, "\(run.words)")
                    let lines = try StackLine.all(run.output)
                    #expect(lines.last?.event == "result" && lines.last?.fields["exit"]?.integer == 65)
                    let error = try #require(lines.first)
                    #expect(error.event == "error" && error["file"] == "stack.yaml")
                    #expect(error.fields["line"]?.integer == 1)
                }
                #expect(scene.cloud.calls == [])
            }
        }
    }
}
