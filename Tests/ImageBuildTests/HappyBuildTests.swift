import AWSClient
import FoundationEssentials
import ImageBuild
import LocalFiles
import SimulatedBuild
import SimulatedEC2
import TestBasics
import Testing

/// Builds in which nothing goes wrong.
struct HappyBuildTests {
    @Test func anImageIsBuiltTestedAndPublished() async throws {
        let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"])
        let outcome = try await scene.build()
        scene.expectPublished(outcome)
        let image = try #require(scene.simulation.images.first)
        #expect(scene.simulation.instances.count == 2)
        #expect(scene.simulation.instances.map(\.imageID) == [outcome.state.plan.baseImage, image.id])
        #expect(scene.simulation.instances.allSatisfy { $0.terminatesOnShutdown })
        #expect(scene.events.phases == [.prepare, .launch, .install, .stop, .image, .test, .publish, .cleanUp])
        #expect(scene.events.warnings.isEmpty)
        // Both guests tell their steps.
        #expect(scene.events.steps == ["tool", "packages", "configuration", "tool", "packages", "configuration"])
        #expect(scene.simulation.parameters.map(\.value) == [image.id])
        #expect(scene.simulation.parameters.map(\.dataType) == ["aws:ec2:image"])
        #expect(scene.simulation.calls(of: "GetParameter").count >= 3)
        #expect(scene.simulation.calls.last { $0.service == "ssm" }?.operation == "GetParameter")
        print("calls besides polls, with a parameter of Systems Manager: \(scene.callsBesidesPolls.count)")
    }

    @Test func anEmptyBuildMakesFewCalls() async throws {
        let scene = try BuildScene()
        scene.expectPublished(try await scene.build())
        let calls = scene.callsBesidesPolls
        print("calls besides polls: \(calls.count)")
        #expect(calls.count <= 30, "\(calls.map(\.operation))")
    }

    @Test func withoutATestOnlyOneInstanceIsLaunched() async throws {
        let scene = try BuildScene(["test": "false"])
        let outcome = try await scene.build()
        scene.expectPublished(outcome)
        #expect(scene.simulation.instances.count == 1)
        #expect(scene.events.phases == [.prepare, .launch, .install, .stop, .image, .publish, .cleanUp])
        #expect(!outcome.state.hasReached(.tested))
        #expect(scene.simulation.parameters.isEmpty)
    }

    @Test func whatIsMadeCarriesItsTags() async throws {
        let scene = try BuildScene(["tags": "{team: dba}"])
        let outcome = try await scene.build()
        let plan = outcome.state.plan
        let image = try #require(scene.simulation.images.first)
        var expected = [
            "Name": plan.imageName, "team": "dba", BuildTags.buildID: plan.buildID.text, BuildTags.digest: plan.digest,
        ]
        for key in [BuildTags.expires, BuildTags.published] {
            expected[key] = image.tags.values[key]
            #expect(BuildTags.time(expected[key]) != nil)
        }
        #expect(image.tags.values == expected)
        #expect(scene.simulation.snapshots.map(\.tags.values) == [expected])
        for instance in scene.simulation.instances {
            #expect(instance.tags.values[BuildTags.buildID] == plan.buildID.text)
            #expect(instance.tags.values["team"] == "dba")
        }
    }

    @Test func theParametersFileChangesInPlace() async throws {
        let text = "# ours\nami_id: ami-0old   # until now\ndb_port: 5432\n"
        let scene = try BuildScene(
            options: .with {
                $0.parameters = text
                $0.previousImage = "ami-0old"
            })
        let outcome = try await scene.build()
        scene.expectPublished(outcome)
        let id = try #require(outcome.result.imageID)
        #expect(try scene.folder.read("stack.yaml") == text.replacing("ami-0old", with: id))
        #expect(scene.events.notes.contains("\(scene.folder.path)/stack.yaml:2: ami_id is \(id), was ami-0old"))
    }

    @Test func aParametersFileThatSomebodyChangedIsLeftAlone() async throws {
        let text = "ami_id: ami-0theirs\n"
        let scene = try BuildScene(
            options: .with {
                $0.parameters = text
                $0.previousImage = "ami-0old"
            })
        let outcome = try await scene.build()
        let id = try #require(scene.simulation.images.first?.id)
        #expect(outcome.status == .resumable && outcome.code == .cannotWrite && outcome.result.imageID == id)
        #expect(try scene.folder.read("stack.yaml") == text)
        #expect(
            outcome.text.contains(
                "`pgpool-aurora parameters set \(scene.folder.path)/stack.yaml ami_id \(id)` writes it"))
        // Put right, the build ends without another image.
        try scene.folder.write("stack.yaml", "ami_id: ami-0old\n")
        scene.expectPublished(try await scene.resume())
        #expect(try scene.folder.read("stack.yaml") == "ami_id: \(id)\n")
    }

    @Test func theManifestSaysWhatIsInTheImage() async throws {
        let scene = try BuildScene()
        let outcome = try await scene.build()
        let plan = outcome.state.plan
        let id = try #require(outcome.result.imageID)
        let text = try scene.folder.read("manifests/\(id).manifest.json")
        let manifest = try JSONDecoder().decode(ManifestText.self, from: Data(text.utf8))
        #expect(manifest.image_id == id && manifest.image_name == plan.imageName && manifest.digest == plan.digest)
        #expect(manifest.build_id == plan.buildID.text && manifest.tested && manifest.provider == "ec2")
        #expect(manifest.region == "eu-west-1" && manifest.account == "123456789012" && manifest.base == "debian-12")
        #expect(manifest.base_image == plan.baseImage && manifest.architecture == "x86_64")
        #expect(manifest.tool_version == "1.0-test" && manifest.packages == ["pgpool2": "4.3.5-1"])
        #expect(manifest.artifacts == ["tool": sha256Text(of: Array("the tool".utf8)), "ca": manifest.artifacts["ca"]])
        #expect(manifest.inputs.map(\.name) == plan.inputs.map(\.name).sorted())
        #expect(manifest.begun == "2026-09-21T14:13:21Z" || manifest.begun.hasPrefix("2026-09-21T14:13:"))
        #expect((manifest.phases["install"] ?? 0) > 40 && (manifest.phases["stop"] ?? 0) >= 40)
        #expect(Set(manifest.phases.keys) == ["prepare", "launch", "install", "stop", "image", "test"])
        #expect(!text.contains("X-Amz-"))
    }

    @Test func anEqualImageIsFoundByItsDigest() async throws {
        let scene = try BuildScene()
        let outcome = try await scene.build()
        let reuse = EC2Reuse(scene.services.ec2)
        let digest = outcome.state.plan.digest
        #expect(try await reuse.image(withDigest: digest)?.id == outcome.result.imageID)
        #expect(try await scene.plan().digest == digest)
        #expect(try await reuse.image(withDigest: String(digest.reversed())) == nil)
        #expect(try await reuse.image(named: outcome.state.plan.imageName)?.id == outcome.result.imageID)
        #expect(try await reuse.image(named: "pgpool-none") == nil)
    }

    @Test func anotherByteMakesAnotherDigest() async throws {
        let digest = try await BuildScene().plan().digest
        let others = try [
            BuildScene(options: .with { $0.guestFiles = ["run.sh": "#!/bin/sh\nexit 1\n"] }),
            BuildScene(options: .with { $0.guestFiles["more.sh"] = "" }), BuildScene(["tags": "{a: b}"]),
            BuildScene(["base": "debian-13"]), BuildScene(["volume": "{size: 9}"]),
        ]
        var digests: Set = [digest]
        for scene in others { digests.insert(try await scene.plan().digest) }
        #expect(digests.count == others.count + 1)
        // The order in which a person writes keys, and the time, do not matter.
        let later = try BuildScene()
        later.clock.advance(by: .seconds(1000))
        #expect(try await later.plan().digest == digest)
    }

    @Test func anUnpublishedImageIsNotReused() async throws {
        let scene = try BuildScene(options: .with { $0.keepsOnFailure = true }) {
            $0.guestsByRole = ["test": .fails(step: "start")]
        }
        let outcome = try await scene.build()
        #expect(outcome.status == .failed && scene.simulation.images.count == 1)
        #expect(try await EC2Reuse(scene.services.ec2).image(withDigest: outcome.state.plan.digest) == nil)
    }

    @Test func theRealScriptsFitIntoUserData() async throws {
        let scene = try BuildScene(options: .with { $0.guestFiles = realGuestFiles })
        scene.expectPublished(try await scene.build())
    }
}

/// A manifest as whoever finds the image reads it.
private struct ManifestText: Decodable {
    struct Input: Decodable {
        var name: String
        var sha256: String
    }

    // Named as in the file.
    var image_id, image_name, build_id, digest, provider, region, account, base, base_image: String
    var architecture, tool_version, begun, published: String
    var tested: Bool
    var inputs: [Input]
    var artifacts, packages: [String: String]
    var phases: [String: Double]
}
