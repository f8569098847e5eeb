import FoundationEssentials
import SimulatedEC2
import TestBasics
import Testing
import ToolRuns

extension BuildCommands {
    /// What is secret goes nowhere: the credentials, and the query of a presigned address, which is as good as they are for
    /// one object and one hour.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct CanaryTests {
        /// What nobody may see but AWS.
        private static let secrets = [
            BuildScene.secretKey, BuildScene.token, BuildScene.secretKey.percentEncoded,
            BuildScene.token.percentEncoded,
            "X-Amz-Credential=AKIA", "X-Amz-Security-Token=FAKE",
            // What a guest's log tells of the address that it was given.
            guestSignature, guestToken,
        ]

        /// The presigned queries that there were, and their signatures.
        private func queries(_ simulation: Simulation) -> [String] {
            simulation.instances.flatMap { instance in
                instance.userData.matches(of: /\?(X-Amz-Algorithm[^']*X-Amz-Signature=([0-9a-f]{64}))/).flatMap {
                    [String($0.1), String($0.2)]
                }
            }
        }

        private static let guestSignature = String(repeating: "5ecre7", count: 10) + "abcd"
        private static let guestToken = "GUESTTOKEN0123456789"

        /// A presigned address, as a guest that logs what it should not would show it.
        private static let address =
            "https://builds.s3.eu-west-1.amazonaws.com/pgpool-aurora/b/tool?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIACANARYEXAMPLE%2F20261122%2Feu-west-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20261122T200000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
            + "&X-Amz-Security-Token=\(guestToken)&X-Amz-Signature=\(guestSignature)"

        /// Looks through all that a build has left or said.
        private func check(_ scene: BuildScene, _ simulation: Simulation, _ runs: [ToolRun], _ arguments: String) throws
        {
            var places: [(name: String, text: String)] = [("the processes' arguments", arguments)]
            for run in runs { places += [("stdout", run.output), ("stderr", run.errors)] }
            let paths = try FileManager.default.subpathsOfDirectory(atPath: scene.folder.path)
            for path in paths {
                guard let data = FileManager.default.contents(atPath: "\(scene.folder.path)/\(path)") else { continue }
                places.append((path, String(decoding: data, as: UTF8.self)))
            }
            // The tags of all that there was, names and descriptions, parameters of Systems Manager; all but user-data.
            for call in simulation.calls {
                for (key, value) in call.parameters where key != "UserData" {
                    places.append(("\(call.operation) \(key)", value))
                }
            }
            #expect(paths.contains { $0.hasSuffix(".jsonl") })
            #expect(arguments.contains("build-ami"))
            #expect(places.contains { $0.name.hasPrefix("CreateImage TagSpecification") })
            let queries = queries(simulation)
            #expect(queries.count == 4)
            for (name, text) in places {
                for secret in Self.secrets + queries {
                    #expect(!text.contains(secret), "\(secret) in \(name):\n\(text)")
                }
            }
            // The guest's own scripts know the word, to leave it out of what they say.
            for run in runs { #expect(!run.words.contains("X-Amz-"), "\(run.words)") }
        }

        /// Runs a build, and gathers its processes' arguments while it runs.
        private func watched(_ scene: BuildScene, _ options: [String] = []) async throws -> (ToolRun, String) {
            let watch = Task {
                var seen: Set<String> = []
                while !Task.isCancelled {
                    for pid in scene.target.pid.map({ Processes.family(of: $0) }) ?? [] {
                        seen.insert(Processes.arguments(of: pid))
                    }
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return seen.sorted().joined(separator: "\n")
            }
            let run = try await scene.build(options)
            watch.cancel()
            return (run, await watch.value)
        }

        @Test(arguments: [[], ["--json"]])
        func ofAGoodBuildNothingIsSeen(_ options: [String]) async throws {
            try await withBuildScene { scene, simulation in
                let (run, arguments) = try await watched(scene, options)
                #expect(run.status == 0, "\(run.errors)")
                try check(scene, simulation, [run], arguments)
                checkUserData(simulation)
            }
        }

        /// The presigned address must be there, and no more than it.
        private func checkUserData(_ simulation: Simulation) {
            let instances = simulation.instances
            #expect(instances.count == 2)
            for (instance, objects) in zip(instances, [2, 0]) {
                let text = instance.userData
                #expect(!text.contains(BuildScene.secretKey) && !text.contains(BuildScene.secretKey.percentEncoded))
                #expect(!text.contains(BuildScene.token))
                let signed = text.split(separator: "\n").filter { $0.contains(/X-Amz-Signature=[0-9a-f]{64}/) }
                #expect(signed.count == objects)
                #expect(signed.allSatisfy { $0.hasPrefix("PGPOOL_AURORA_") && $0.contains("_ADDRESS='http") })
                // The session's token is part of what is signed, and nowhere else.
                let token = "X-Amz-Security-Token=\(BuildScene.token.percentEncoded)"
                #expect(signed.allSatisfy { $0.contains(token) })
                #expect(text.components(of: BuildScene.token.percentEncoded) == objects)
                #expect(text.components(of: "AKIACANARYEXAMPLE") == objects)
            }
        }

        @Test(arguments: [[], ["--json"]])
        func ofAGuestThatLogsItsAddressNothingIsSeen(_ options: [String]) async throws {
            let cut = Self.address.split(separator: "&", maxSplits: 3).last.map(String.init) ?? ""
            let log = [
                "+ curl -o tool \(Self.address)", "url = \"\(Self.address)\"",
                "PGPOOL_AURORA_TOOL_ADDRESS='\(Self.address)'",
                "\t\(Self.address)\tfailed", "curl: (22) \(Self.address): 403", "<\(Self.address)>", cut,
                "(\(cut))", "CamelCase=\(Self.address.uppercased().lowercased())",
            ]
            try await withBuildScene {
                $0.guests = [
                    .fails(step: "tool", exit: 22, message: "cannot fetch \(Self.address) (403)", log: log)
                ]
            } while: { scene, simulation in
                let (run, arguments) = try await watched(scene, options)
                #expect(run.status == 1, "\(run.errors)")
                #expect(run.words.contains("cannot fetch https://builds.s3.eu-west-1.amazonaws.com"), "\(run.words)")
                #expect(run.words.contains("+ curl -o tool https://builds.s3.eu-west-1.amazonaws.com"), "\(run.words)")
                #expect(simulation.leftovers == [])
                // What EC2 does with the guest's own words is not ours.
                try checkWords(scene, simulation, run, arguments)
            }
        }

        private func checkWords(
            _ scene: BuildScene, _ simulation: Simulation, _ run: ToolRun, _ arguments: String
        ) throws {
            let journal = try scene.journal(try #require(scene.builds.first))
            for text in [run.output, run.errors, journal, arguments] {
                for secret in Self.secrets + queries(simulation) {
                    #expect(!text.contains(secret), "\(secret) in\n\(text)")
                }
            }
            #expect(!run.words.lowercased().contains("x-amz-"), "\(run.words)")
        }

        @Test func ofRetriesNothingIsSeen() async throws {
            try await withBuildScene {
                $0.throttling = Throttling(every: 5)
                $0.faults = [
                    Fault("RunInstances", .only([1]), .loseAnswer), Fault("PutObject", .only([1]), .loseRequest),
                    Fault("CreateImage", .only([1]), .loseAnswer),
                    .error("CreateSecurityGroup", .only([1]), code: "InternalError", status: 500),
                ]
            } while: { scene, simulation in
                let (run, arguments) = try await watched(scene)
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.errors.contains("RequestLimitExceeded"), "\(run.errors)")
                #expect(simulation.leftovers == [] && simulation.count(of: "CreateImage") == 1)
                try check(scene, simulation, [run], arguments)
            }
        }

        /// A refusal has a message of AWS's in it, and a failure the address that was asked.
        @Test func ofRefusalsNothingIsSeen() async throws {
            for refused in ["PutObject", "StopInstances", "GetCallerIdentity", "RunInstances"] {
                try await withBuildScene {
                    $0.refused = [refused]
                } while: { scene, _ in
                    let (run, arguments) = try await watched(scene, ["--json"])
                    #expect(run.status == 77, "\(refused): \(run.words)")
                    for text in [run.words, arguments] {
                        for secret in Self.secrets {
                            #expect(!text.contains(secret), "\(refused): \(secret) in\n\(text)")
                        }
                    }
                }
            }
        }
    }
}

/// What the kernel tells of processes.
enum Processes {
    /// A process and those that it has started.
    static func family(of pid: Int32) -> [Int32] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        let children = tasks.flatMap { task in
            read("/proc/\(pid)/task/\(task)/children").split(separator: " ").compactMap { Int32($0) }
        }
        return [pid] + children.flatMap { family(of: $0) }
    }

    static func arguments(of pid: Int32) -> String { read("/proc/\(pid)/cmdline").replacing("\0", with: " ") }

    private static func read(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension String {
    /// As it stands in a query.
    var percentEncoded: String {
        utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            guard !character.isLetter, !character.isNumber, !"-._~".contains(character) else {
                return String(character)
            }
            return "%" + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    /// How often another text is in it.
    func components(of text: String) -> Int { ranges(of: text).count }
}
