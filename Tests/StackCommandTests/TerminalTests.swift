import Glibc
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// What a person is asked, and sees.
    @Suite(.timeLimit(.minutes(5)))
    struct TerminalTests {
        private static let deploy = ["deploy"] + StackScene.described

        @Test func withoutATerminalItWantsAYes() async throws {
            try await withStackScene { scene in
                for command in [Self.deploy, ["destroy"]] {
                    let run = try await scene.tool(command + StackScene.named)
                    #expect(run.status == 64 && run.output == "")
                    #expect(run.errors.contains("There is no terminal to ask on: give --yes."))
                }
                #expect(scene.cloud.calls == [])
            }
        }

        @Test(arguments: ["n\\n", "\\n", "yolo\\n", "\\x04"])
        func whoDoesNotSayYesChangesNothing(_ answer: String) async throws {
            try await withStackScene { scene in
                let run = try await scene.onTerminal(Self.deploy, typing: answer)
                #expect(run.status == 1, "\(run.output)")
                let lines = Screen.lines(run.output)
                #expect(lines.dropLast().last == "  nothing was made", "\(lines)")
                #expect(scene.cloud.executions == [])
                try await scene.until { scene.word == nil }
                #expect(scene.openChangeSets == [])
            }
        }

        @Test func theChangesStandAboveTheQuestionAndTheLiveLineBelowIt() async throws {
            try await withStackScene {
                // Three seconds, so that the live line is drawn again and again.
                $0.resourceTime = .seconds(300)
                $0.changeSetTime = .seconds(150)
            } while: { scene in
                let run = try await scene.onTerminal(Self.deploy, typing: "y\\n")
                #expect(run.status == 0, "\(run.output)")
                let lines = Screen.lines(run.output)
                let place = try #require(lines.firstIndex { $0.contains("[y/N]") }, "\(lines)")
                #expect(
                    lines[place].hasPrefix("create the stack orders in eu-west-1: ")
                        && lines[place].hasSuffix(" to add? [y/N] y"))
                #expect(lines[0].hasPrefix("plan done in "))
                #expect(lines[1..<place].allSatisfy { $0.hasPrefix("+ add ") } && place > 20)
                // Each resource once, when it is done: what is at work is only on the live line.
                let after = lines[(place + 1)...]
                #expect(after.count { $0.contains("_COMPLETE") } == place)
                #expect(!after.contains { $0.contains("_IN_PROGRESS") })
                #expect(run.output.contains(#/\r\x1B\[Kdeploy [12]\.[0-9] s  CREATE_IN_PROGRESS /#))
                let done = try #require(after.firstIndex { $0.hasPrefix("deploy done in ") })
                #expect(lines[(done + 1)...].dropLast().allSatisfy { $0.contains(/^[A-Z][A-Za-z]+  +[^ ]/) })
                #expect(scene.word == "CREATE_COMPLETE")
                // No live line is longer than the terminal is wide.
                let drawn = run.output.split(separator: "\r\u{1B}[K").flatMap { $0.split(whereSeparator: \.isNewline) }
                #expect(drawn.filter { $0.hasPrefix("deploy ") }.allSatisfy { $0.count < 80 })
            }
        }

        @Test func aDeletionIsAskedForBelowWhatStays() async throws {
            try await withStackScene { scene in
                _ = try await scene.deploy()
                let no = try await scene.onTerminal(["destroy"], typing: "n\\n")
                #expect(
                    Screen.lines(no.output) == [
                        "  goes, and a snapshot of it stays: AWS::RDS::DBCluster Cluster (orders-Cluster-1)",
                        "delete the stack orders in eu-west-1? [y/N] n", "  nothing was deleted", "",
                    ])
                #expect(no.status == 1 && scene.word == "CREATE_COMPLETE")
                let yes = try await scene.onTerminal(["destroy"], typing: "yes\\n")
                #expect(yes.status == 0 && scene.word == nil)
            }
        }

        /// Ctrl-C at the question is a no that says so.
        @Test func aSignalEndsTheQuestion() async throws {
            try await withStackScene { scene in
                let begin = ContinuousClock.now
                let run = try await scene.onTerminal(Self.deploy, typing: "\\x03")
                #expect(run.status == 128 + SIGINT, "\(run.output)")
                #expect(begin.duration(to: .now) < .seconds(20))
                let lines = Screen.lines(run.output)
                let place = try #require(lines.firstIndex { $0.contains("[y/N]") })
                #expect(
                    Array(lines[(place + 1)...]) == [
                        "interrupted; nothing is changed (once more ends this at once)",
                        "error: it was interrupted", "note: nothing was changed", "",
                    ], "\(lines)")
                #expect(scene.cloud.executions == [])
                try await scene.until { scene.word == nil }
            }
        }
    }
}
