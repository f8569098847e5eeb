import AWSClient
import FoundationEssentials
import SimulatedEC2
import Testing

/// What becomes of images.
struct ImageTests {
    private func stoppedInstance(_ scene: Scene) async throws -> String {
        let id = try await scene.runningInstance()
        _ = try await scene.ec2.stopInstances([id])
        scene.pass(40)
        return id
    }

    @Test func aNameIsUniqueAndLegal() async throws {
        let scene = Scene()
        let id = try await stoppedInstance(scene)
        func create(_ name: String) async -> String? {
            await failure {
                _ = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: id, name: name))
            }?.code
        }
        #expect(await create("pgpool (1)[a]/b.c-d'e@f_g") == nil)
        #expect(await create("pgpool (1)[a]/b.c-d'e@f_g") == "InvalidAMIName.Duplicate")
        for name in ["ab", String(repeating: "a", count: 129), "a:b c", "pgpoöl"] {
            #expect(await create(name) == "InvalidAMIName.Malformed", "\(name)")
        }
        let image = scene.simulation.images[0].id
        _ = try await scene.ec2.deregisterImage(image, deletesSnapshots: false)
        #expect(await create("pgpool (1)[a]/b.c-d'e@f_g") == nil)
    }

    @Test(arguments: ["failed", "error", "invalid"])
    func anImageMayFail(_ state: String) async throws {
        let scene = Scene {
            $0.imageFates = [
                ImageFate(state, after: .seconds(9), reason: .internalError), .available(after: .seconds(3600)),
            ]
        }
        let instance = try await stoppedInstance(scene)
        let bad = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "bad"))
        let slow = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "slow"))
        scene.pass(10)
        let failed = try await scene.image(bad)
        #expect(failed.state == EC2.ImageState(state) && failed.stateReason?.code == "Client.InternalError")
        #expect(scene.simulation.snapshots.map(\.state) == ["error", "pending"])
        scene.pass(1800)
        let half = try await scene.ec2.describeSnapshots(.ids([scene.simulation.snapshots[1].id]))
        #expect(half[0].progress == 50)
        #expect(try await scene.image(slow).state == .pending)
        scene.pass(1800)
        #expect(try await scene.image(slow).state == .available)
    }

    @Test func attributesAreSetOnWhatIsAvailable() async throws {
        let scene = Scene()
        let instance = try await scene.ec2.runInstance(
            EC2.Launch(
                clientToken: "t", imageID: scene.simulation.publicImages[2].id, instanceType: "t3.medium")
        ).id
        scene.pass(15)
        let id = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "image"))
        let early = await failure { try await scene.ec2.requireIMDSv2(ofImage: id) }
        #expect(early?.code == "InvalidAMIID.Unavailable")
        scene.pass(45)
        #expect(try await scene.image(id).requiresIMDSv2 == false)
        try await scene.ec2.requireIMDSv2(ofImage: id)
        try await scene.ec2.shareImage(id, adding: ["210987654321", "111122223333"])
        try await scene.ec2.shareImage(id, removing: ["111122223333"])
        #expect(scene.simulation.images[0].sharedWith == ["210987654321"])
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        try await scene.ec2.deprecateImage(id, at: time)
        let image = try await scene.image(id)
        #expect(image.requiresIMDSv2 && image.deprecationTime == time)
        for (ahead, isFine) in [(-100.0, false), (11 * 366 * 86_400.0, false), (9 * 365 * 86_400.0, true)] {
            let error = await failure {
                try await scene.ec2.deprecateImage(id, at: Date(timeIntervalSince1970: 1_790_000_000 + ahead))
            }
            #expect((error == nil) == isFine)
        }
        #expect(
            await scene.rawError(
                "ModifyImageAttribute",
                ["ImageId": id, "ImdsSupport.Value": "v2.0", "LaunchPermission.Add.1.UserId": "210987654321"])
                == "InvalidParameterCombination")
        let foreign = await failure {
            _ = try await scene.ec2.deregisterImage(scene.simulation.publicImages[0].id, deletesSnapshots: true)
        }
        #expect(foreign?.code == "AuthFailure")
    }

    @Test func anImageGoesWithItsSnapshots() async throws {
        let scene = Scene()
        let instance = try await stoppedInstance(scene)
        let first = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "one"))
        scene.pass(45)
        let snapshot = scene.simulation.snapshots[0].id
        let inUse = await failure { try await scene.ec2.deleteSnapshot(snapshot) }
        #expect(inUse?.code == "InvalidSnapshot.InUse")
        #expect(try await scene.ec2.deregisterImage(first, deletesSnapshots: false).isEmpty)
        let gone = await failure { _ = try await scene.ec2.describeImages(.ids([first])) }
        #expect(gone?.code == "InvalidAMIID.Unavailable" && gone?.isNotFound == true)
        try await scene.ec2.deleteSnapshot(snapshot)

        let second = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "two"))
        let deleted = try await scene.ec2.deregisterImage(second, deletesSnapshots: true)
        #expect(deleted.map(\.outcome) == ["success"])
        #expect(scene.simulation.images.isEmpty && scene.simulation.snapshots.isEmpty)
    }

    @Test func aCopyIsMadeInAnotherRegion() async throws {
        let scene = Scene()
        let instance = try await stoppedInstance(scene)
        let id = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "one"))
        let there = EC2(scene.client(region: "us-east-1"))
        var copy = EC2.ImageCopy(clientToken: "c", sourceID: id, sourceRegion: "eu-west-1", name: "one")
        copy.tags = ["k": "v"]
        let early = await failure { [copy] in _ = try await there.copyImage(copy) }
        #expect(early?.code == "InvalidRequest")
        scene.pass(45)
        let made = try await there.copyImage(copy)
        #expect(try await there.copyImage(copy) == made)
        scene.pass(45)
        let image = try await there.describeImages(.matching([.tag("k", "v")]), owners: ["self"])
        #expect(image.map(\.id) == [made] && image[0].state == .available)
        let here = await failure { _ = try await scene.ec2.describeImages(.ids([made])) }
        #expect(here?.code == "InvalidAMIID.NotFound")
    }
}
