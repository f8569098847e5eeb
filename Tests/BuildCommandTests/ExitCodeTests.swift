import FoundationEssentials
import Glibc
import SimulatedEC2
import TestBasics
import Testing
import ToolRuns

extension BuildCommands {
    /// How builds end that do not go well: the exit code, the last words, and what is left.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct ExitCodeTests {
        @Test func aGuestThatFails() async throws {
            try await withBuildScene {
                $0.guests = [.fails()]
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 1 && run.output == "", "\(run.words)")
                #expect(
                    run.errors.contains(
                        "error: the installation failed in the step 'packages', exit status 100: no such package"),
                    "\(run.errors)")
                #expect(run.errors.contains("E: no such package") && run.errors.contains("2 of 3, packages"))
                #expect(simulation.leftovers == [] && simulation.images.isEmpty)
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters())
                // It has ended: nobody goes on with it.
                let resumed = try await scene.resume(try #require(scene.builds.first))
                #expect(resumed.status == 65 && resumed.errors.contains("has ended: failed"), "\(resumed.errors)")
            }
        }

        @Test func aTestThatFails() async throws {
            try await withBuildScene {
                $0.guests = [.succeeds, .fails(step: "tool", exit: 3, message: "it does not start")]
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 1 && run.output == "", "\(run.words)")
                #expect(run.errors.contains("error: the test of the image failed in the step 'tool'"), "\(run.errors)")
                #expect(simulation.leftovers == [] && simulation.images.isEmpty && simulation.snapshots.isEmpty)
                #expect(simulation.parameters.isEmpty)
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters())
            }
        }

        @Test func whatIsKeptOnFailureIsThereForALook() async throws {
            try await withBuildScene {
                $0.guests = [.fails()]
            } while: { scene, simulation in
                let run = try await scene.build(["--keep-on-failure"])
                #expect(run.status == 1, "\(run.words)")
                #expect(
                    run.errors.contains("left, as asked; `pgpool-aurora build-ami reap` removes it"), "\(run.errors)")
                #expect(simulation.instances.map(\.state) == ["running"])
                let reaped = try await scene.reap()
                #expect(reaped.status == 0 && simulation.leftovers == [], "\(reaped.errors)")
            }
        }

        /// Each with the place in the spec, and what to do.
        @Test(arguments: [
            ("publish: {copy_to: [us-east-1]}", "cluster.yaml:5:23: error: [image.publish.copy_to]"),
            ("publish: {share_with: ['123456789012']}", "cluster.yaml:5:26: error: [image.publish.share_with]"),
            ("publish: {keep: 7}", "cluster.yaml:5:19: error: [image.publish.keep]"),
            ("publish: {deprecate_after: 7d}", "cluster.yaml:5:30: error: [image.publish.deprecate_after]"),
            ("deadline: soon", "cluster.yaml:5:13: error: [image.deadline]"),
            ("provider: moon", "cluster.yaml:5:13: error: [image.provider]"),
            ("architecture: arm64", "cluster.yaml:5:17: error: [image.architecture]"),
            ("depth: 3", "cluster.yaml:5:3: error: [image.depth]"),
        ])
        func aSpecThatIsWrong(_ line: String, _ place: String) async throws {
            try await withBuildScene { scene, simulation in
                try scene.folder.write(
                    "cluster.yaml",
                    "image:\n  region: eu-west-1\n  base: debian-12\n  artifact: {bucket: builds}\n  \(line)\n")
                let run = try await scene.build()
                #expect(run.status == 65 && run.output == "", "\(run.words)")
                #expect(run.errors.contains(place), "\(run.errors)")
                #expect(simulation.mutations == [] && scene.builds == [])
                let json = try JSONLine.all(try await scene.build(["--json"]).output)
                #expect(json.last?.status == "failed" && json.last?.exit == 65)
                #expect(json.contains { $0.event == "error" && $0.severity == "error" })
            }
        }

        @Test(arguments: [
            ("region: eu-west-1", "[image.artifact]"),
            ("{region: eu-west-1, base: al2023, artifact: {bucket: builds}, pgpool: {package: true}}", "[image.pgpool"),
            ("{region: eu-west-1, base: debian-12, artifact: {bucket: absent}}", "[image.artifact.bucket]"),
            ("{region: eu-west-1, base: debian-12, artifact: {bucket: builds}, instance_types: [t2.medium]}", "Nitro"),
        ])
        func aSpecThatCannotBe(_ section: String, _ words: String) async throws {
            try await withBuildScene { scene, simulation in
                try scene.folder.write(
                    "cluster.yaml", section.hasPrefix("{") ? "image: \(section)\n" : "image: {\(section)}\n")
                let run = try await scene.build()
                #expect(run.status == 65 && run.errors.contains(words), "\(run.words)")
                #expect(simulation.mutations == [] && scene.builds == [])
            }
        }

        @Test func arguments() async throws {
            let scene = try BuildScene(url: "http://127.0.0.1:9")
            for (arguments, words) in [
                (["build-ami"], "--config"), (["build-ami", "--config", ""], "--config is empty"),
                (["build-ami", "--config", "cluster.yaml", "--poll", "0"], "--poll"),
                (["build-ami", "--config", "cluster.yaml", "--deadline", "soon"], "--deadline"),
                (["build-ami", "--resume", "b", "--force"], "--resume takes all"),
                (["build-ami", "--resume", "NO ID", "--state-dir", "state"], "no build's id"),
                (["build-ami", "reap", "--state-dir", "state"], "give --yes"),
                (["build-ami", "reap", "--yes", "--settle", "-1"], "--settle"),
            ] {
                let run = try await scene.tool(arguments)
                #expect(run.status == 64 && run.errors.contains(words), "\(arguments): \(run.status) \(run.words)")
            }
            let unknown = try await scene.resume("20261122-200312-5f2c9b0d1e7a4c38")
            #expect(unknown.status == 65 && unknown.errors.contains("there is no journal"), "\(unknown.errors)")
            let missing = try await scene.tool(["build-ami", "--config", "absent.yaml"])
            #expect(missing.status == 65 && missing.errors.contains("absent.yaml"), "\(missing.errors)")
        }

        @Test func nobodyAnswers() async throws {
            // A port that was just given back.
            let url = try await withBuildScene { scene, _ in scene.url }
            let scene = try BuildScene(url: url)
            let begin = ContinuousClock.now
            let run = try await scene.build()
            print("nobody answers: over after \(begin.duration(to: .now))")
            #expect(run.status == 69 && run.output == "", "\(run.words)")
            #expect(scene.builds == [])
            #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters())
        }

        @Test(arguments: ["GetCallerIdentity", "DescribeImages", "RunInstances", "CreateSecurityGroup", "PutObject"])
        func whatIsRefused(_ operation: String) async throws {
            try await withBuildScene {
                $0.refused = [operation]
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 77 && run.output == "", "\(run.words)")
                #expect(run.errors.contains(operation), "\(run.errors)")
                #expect(simulation.leftovers == [])
                #expect(simulation.count(of: "RunInstances") == 0)
            }
        }

        /// What is needed later is known to be refused before the installation.
        @Test(arguments: ["StopInstances", "CreateImage"])
        func whatIsRefusedOfAnInstance(_ operation: String) async throws {
            try await withBuildScene {
                $0.refused = [operation]
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 77 && run.errors.contains("must allow ec2:\(operation)"), "\(run.words)")
                #expect(simulation.leftovers == [] && simulation.calls(of: "GetConsoleOutput").isEmpty)
            }
        }

        @Test func aDeadlineThatIsOver() async throws {
            try await withBuildScene {
                $0.guests = [.hangs]
            } while: { scene, simulation in
                let run = try await scene.build(["--deadline", "2s"])
                let build = try #require(scene.builds.first)
                #expect(run.status == 75 && run.output == "", "\(run.words)")
                #expect(run.errors.contains("the deadline is over"), "\(run.errors)")
                #expect(run.errors.contains("go on with `pgpool-aurora build-ami --resume \(build)`"), "\(run.errors)")
                #expect(simulation.instances.map(\.state) == ["running"])
                simulation.update { $0.guests = [.succeeds] }
            }
            // One that the time was too short for is gone on with.
            try await withBuildScene(speed: 20) { scene, simulation in
                let run = try await scene.build(["--deadline", "2s", "--json"])
                let build = try #require(scene.builds.first)
                let last = try #require(try JSONLine.all(run.output).last)
                #expect(run.status == 75 && last.status == "resumable" && last.exit == 75, "\(run.words)")
                let resumed = try await scene.resume(build, ["--deadline", "5m"])
                #expect(resumed.status == 0 && simulation.leftovers == [], "\(resumed.errors)")
                #expect(simulation.count(of: "CreateImage") == 1 && simulation.count(of: "RunInstances") == 2)
                let image = try #require(simulation.publishedImages.first)
                #expect(resumed.output == "\(image.id)\n")
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image.id))
            }
        }

        @Test func aParametersFileThatSomebodyHasChanged() async throws {
            let changed = BuildScene.parameters("ami-0fedcba9876543210")
            let file = Counter.Text()
            try await withBuildScene(onMutation: { mutation in
                guard mutation.operation == "CreateImage", mutation.moment == .after else { return }
                try? Data(changed.utf8).write(to: URL(filePath: file.text))
            }) { scene, simulation in
                file.text = "\(scene.folder.path)/stack.yaml"
                let run = try await scene.build()
                let build = try #require(scene.builds.first)
                let image = try #require(simulation.publishedImages.first)
                #expect(run.status == 73 && run.output == "", "\(run.words)")
                #expect(run.errors.contains("stack.yaml:3"), "\(run.errors)")
                #expect(run.errors.contains("--resume \(build)") && run.errors.contains(image.id), "\(run.errors)")
                #expect(try scene.folder.read("stack.yaml") == changed)

                let again = try await scene.resume(build)
                #expect(again.status == 73, "\(again.words)")
                #expect(try scene.folder.read("stack.yaml") == changed)
                try scene.folder.write("stack.yaml", BuildScene.parameters())
                let resumed = try await scene.resume(build)
                #expect(resumed.status == 0 && resumed.output == "\(image.id)\n", "\(resumed.words)")
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image.id))
                #expect(simulation.leftovers == [] && simulation.images.count == 1)
            }
        }

        /// Nothing is made that nobody could write down.
        @Test func aStateFolderThatCannotBe() async throws {
            try await withBuildScene { scene, simulation in
                try scene.folder.write("state", "a file\n")
                let run = try await scene.build()
                #expect(run.status == 73 && run.errors.contains("state"), "\(run.words)")
                #expect(simulation.mutations == [])
            }
        }

        @Test func aParametersFileThatCannotBeWritten() async throws {
            try await withBuildScene { scene, simulation in
                let run = try await scene.tool(
                    BuildScene.arguments.map { $0 == "stack.yaml" ? "absent/stack.yaml" : $0 })
                #expect(run.status == 73 && run.errors.contains("absent"), "\(run.words)")
                #expect(simulation.calls.isEmpty)
            }
        }

        @Test func aJournalOfAnotherAccountOrFormat() async throws {
            try await withBuildScene {
                $0.guests = [.hangs]
            } while: { scene, simulation in
                #expect(try await scene.build(["--deadline", "2s"]).status == 75)
                let build = try #require(scene.builds.first)
                let before = simulation.mutations.count
                simulation.update { $0.account = "210987654321" }
                let other = try await scene.resume(build)
                #expect(other.status == 77 && other.errors.contains("of the account 123456789012"), "\(other.words)")
                let spared = try await scene.reap()
                #expect(spared.errors.contains("is of the account 123456789012; it is left"), "\(spared.words)")
                let journal = try scene.journal(build)
                try scene.folder.write("state/builds/\(build).jsonl", String(journal.dropFirst(40)))
                let damaged = try await scene.resume(build)
                #expect(damaged.status == 65 && damaged.errors.contains(build), "\(damaged.words)")
                #expect(damaged.errors.contains("does not begin with a plan") && damaged.errors.contains("reap"))
                #expect(simulation.mutations.count == before)
            }
        }
    }
}
