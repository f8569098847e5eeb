import FoundationEssentials
import SimulatedEC2
import TestBasics
import Testing
import ToolRuns

extension BuildCommands {
    /// Builds in which nothing goes wrong.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct WholeRunTests {
        @Test func aBuildPrintsTheImageAndWritesItDown() async throws {
            try await withBuildScene(speed: 50) {
                // What Systems Manager checks is not there at once.
                $0.durations.parameterCheck = .seconds(10)
            } while: { scene, simulation in
                let first = try await scene.build()
                #expect(first.status == 0, "\(first.errors)")
                let image = try #require(simulation.publishedImages.first)
                #expect(first.output == "\(image.id)\n")
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image.id))
                #expect(simulation.parameters.map(\.value) == [image.id])
                #expect(simulation.leftovers == [] && simulation.images.count == 1)
                try checkManifest(scene, image)

                let again = try await scene.build()
                #expect(again.status == 0 && again.output == first.output, "\(again.errors)")
                #expect(again.errors.contains("an equal image is there already: \(image.id)"), "\(again.errors)")
                #expect(simulation.count(of: "RunInstances") == 2 && simulation.count(of: "CreateImage") == 1)

                let another = try await scene.build(["--force"])
                #expect(another.status == 0, "\(another.errors)")
                #expect(simulation.images.count == 2 && simulation.leftovers == [])
                let newest = try #require(simulation.publishedImages.last)
                #expect(newest.id != image.id && another.output == "\(newest.id)\n")
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(newest.id))

                // Whoever asks for a build that is over is told what came of it, and nothing is done.
                let mutations = simulation.mutations.count
                let ended = try await scene.resume(try #require(scene.builds.first))
                #expect(ended.status == 0 && ended.output == first.output, "\(ended.errors)")
                let nothing = try await scene.reap()
                #expect(nothing.status == 0 && nothing.errors.contains("nothing to remove"), "\(nothing.errors)")
                #expect(simulation.mutations.count == mutations)
            }
        }

        private struct ManifestFields: Decodable {
            struct Input: Decodable {
                var name: String
                var sha256: String
            }

            var image_id: String
            var image_name: String
            var build_id: String
            var digest: String
            var provider: String
            var region: String
            var account: String
            var base: String
            var base_image: String
            var architecture: String
            var tool_version: String
            var tested: Bool
            var begun: Date
            var published: Date
            var inputs: [Input]
            var artifacts: [String: String]
            var packages: [String: String]
            var phases: [String: Double]
        }

        private func checkManifest(_ scene: BuildScene, _ image: SimulatedImage) throws {
            let names = try scene.manifests
            #expect(names == ["\(image.id).manifest.json"])
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            let manifest = try decoder.decode(
                ManifestFields.self, from: Data(try scene.folder.read(try #require(names.first)).utf8))
            let instance = try #require(simulationInstance(image))
            #expect(manifest.image_id == image.id && manifest.image_name == image.name)
            #expect([manifest.build_id] == scene.builds && manifest.build_id == instance)
            #expect(manifest.digest == image.tags.values["pgpool-aurora:digest"])
            #expect(
                [manifest.provider, manifest.region, manifest.account, manifest.base, manifest.architecture]
                    == ["ec2", "eu-west-1", "123456789012", "debian-12", "x86_64"])
            #expect(manifest.base_image.hasPrefix("ami-") && manifest.base_image != image.id)
            #expect(manifest.tested && manifest.begun <= manifest.published && !manifest.tool_version.isEmpty)
            #expect(Set(manifest.artifacts.keys) == ["tool", "ca"])
            #expect(manifest.inputs.allSatisfy { $0.sha256.count == 64 })
            #expect(Set(manifest.inputs.map(\.name)).isSuperset(of: ["ami/run.sh", "image section", "base image"]))
            #expect(
                Set(manifest.phases.keys) == ["prepare", "launch", "install", "stop", "image", "test"]
                    && manifest.phases.values.allSatisfy { $0 > 0 })
        }

        /// The build that an image is tagged with.
        private func simulationInstance(_ image: SimulatedImage) -> String? {
            image.tags.values["pgpool-aurora:build-id"]
        }

        @Test func everyLineOfJSONParses() async throws {
            try await withBuildScene { scene, simulation in
                let run = try await scene.build(["--json"])
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.errors == "")
                let lines = try JSONLine.all(run.output)
                let build = try #require(scene.builds.first)
                #expect(lines.allSatisfy { $0.names.isSuperset(of: ["time", "build_id", "event"]) })
                #expect(lines.dropFirst().allSatisfy { $0.buildID == build }, "\(run.output)")
                let events = Set(lines.map(\.event))
                #expect(events == ["phase", "guest", "progress", "result"])
                let phases = lines.filter { $0.event == "phase" }
                let order = [
                    "preflight", "prepare", "launch", "install", "stop", "image", "test", "publish", "clean-up",
                ]
                #expect(phases.filter { $0.state == "begin" }.compactMap(\.phase) == order)
                #expect(phases.filter { $0.state == "end" }.compactMap(\.phase) == order)
                #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.time <= $1.time })
                let last = try #require(lines.last)
                let image = try #require(simulation.publishedImages.first)
                #expect(last.event == "result" && last.status == "published" && last.exit == 0)
                #expect(last.imageID == image.id && last.digest == image.tags.values["pgpool-aurora:digest"])
                #expect(lines.filter { $0.event == "result" }.count == 1)

                let again = try JSONLine.all(try await scene.build(["--json"]).output)
                #expect(again.last?.status == "reused" && again.last?.imageID == image.id && again.last?.exit == 0)
            }
        }

        @Test func aDryRunChangesNothing() async throws {
            try await withBuildScene { scene, simulation in
                let names = try scene.folder.names
                let run = try await scene.build(["--dry-run"])
                #expect(run.status == 0, "\(run.errors)")
                #expect(simulation.mutations == [] && simulation.leftovers == [])
                #expect(try scene.folder.names == names)
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters())
                // What was asked is asked without effect.
                let asked = simulation.calls.filter { !$0.isDryRun && $0.isMutating }
                #expect(asked == [])
                #expect(
                    simulation.calls.filter(\.isDryRun).map(\.operation) == ["RunInstances", "CreateSecurityGroup"])
                for word in [
                    "pgpool-package-", "debian-12, ami-", "123456789012, eu-west-1", "8 GiB", "without a way in",
                    "t3.medium in eu-west-1a, subnet-", "t3a.medium in eu-west-1c", "builds, eu-west-1",
                    "/bin/true, sha256 ",
                    "boot the image", "/images/pgpool", "ami_id, now ami-0123456789abcdef0", "45 min",
                ] {
                    #expect(run.output.contains(word), "\(word) is not in\n\(run.output)")
                }
                let json = try JSONLine.all(try await scene.build(["--dry-run", "--json"]).output)
                #expect(json.last?.status == "planned" && json.last?.exit == 0 && json.last?.imageID == nil)
                #expect(simulation.mutations == [])
            }
        }

        @Test func theHelpNamesEveryOption() async throws {
            let scene = try BuildScene(url: "http://127.0.0.1:9")
            let build = try await scene.tool(["build-ami", "--help"])
            #expect(build.status == 0 && build.errors == "")
            for option in [
                "--config", "--parameters", "--dry-run", "--resume", "--force", "--keep-on-failure", "--json", "--poll",
                "--deadline", "--region", "--state-dir", "--tool", "--ca-bundle", "reap", "75 not finished",
            ] {
                #expect(build.output.contains(option), "\(option)")
            }
            let reap = try await scene.tool(["build-ami", "reap", "--help"])
            #expect(reap.status == 0 && reap.errors == "")
            for option in [
                "--config", "--region", "--dry-run", "--yes", "--poll", "--settle", "--state-dir", "--json",
            ] {
                #expect(reap.output.contains(option), "\(option)")
            }
            let all = try await scene.tool(["--help"])
            #expect(all.output.contains("build-ami"))
            // No line is wider than a terminal is.
            for line in (build.output + reap.output).split(separator: "\n") where !line.hasPrefix("USAGE: ") {
                #expect(line.count <= 100, "\(line)")
            }
        }
    }
}
