import AWSClient
import Foundation
import JSONDocument
import Testing

/// The calls about images, against moto.
///
/// moto cannot tag the snapshots of an image when it is made, lets two images have one name, knows no deprecation,
/// ignores IMDS support and `DeleteAssociatedSnapshots`, and copies without tags or tokens.
struct MotoImageTests {
    private func instance(_ ec2: EC2) async throws -> String {
        try await ec2.runInstance(
            EC2.Launch(clientToken: "t", imageID: "ami-0000000000000000a", instanceType: "t3.medium")
        ).id
    }

    @Test func anImageIsMadeSharedAndTakenBack() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let instance = try await instance(ec2)
            let creation = EC2.ImageCreation(instanceID: instance, name: "pgpool (1)", description: awkward)
            #expect(
                try await ec2.permission { ec2 throws(AWSError) in _ = try await ec2.createImage(creation) }
                    == .allowed)
            let id = try await ec2.createImage(creation)
            try await ec2.createTags(on: [id], ["pgpool-aurora:build-id": "b-1"])
            try await ec2.shareImage(id, adding: ["111122223333", "222233334444"])
            try await ec2.shareImage(id, removing: ["111122223333"])
            try await ec2.requireIMDSv2(ofImage: id)

            let images = try await ec2.describeImages(
                .matching([.tag("pgpool-aurora:build-id", "b-1")]), owners: ["self"])
            let image = try #require(images.first)
            let snapshot = try #require(image.rootDisk?.snapshotID)
            let verdicts = try await scene.ask([
                Oracle.Question("ec2", "DescribeImages", ["Owners": ["self"]]),
                Oracle.Question("ec2", "DescribeSnapshots", ["SnapshotIds": [.string(snapshot)]]),
                Oracle.Question(
                    "ec2", "DescribeImageAttribute", ["ImageId": .string(id), "Attribute": "launchPermission"]),
            ]).map { $0.answer ?? .none }
            #expect(images == verdicts[0]["Images"].list.map(\.image))
            #expect(image.id == id && image.state == .available && image.sourceInstanceID == instance)
            #expect(image.name == "pgpool (1)" && image.description == awkward)
            let snapshots = try await ec2.describeSnapshots(
                .matching([EC2.Filter("description", ["*CreateImage(\(instance))*"])]))
            #expect(snapshots == verdicts[1]["Snapshots"].list.map(\.snapshot))
            #expect(snapshots.map(\.progress) == [100])
            #expect(verdicts[2]["LaunchPermissions"].list.map { $0["UserId"].text } == ["222233334444"])

            #expect(try await ec2.deregisterImage(id, deletesSnapshots: true).isEmpty)
            let gone = await #expect(throws: AWSError.self) {
                _ = try await ec2.deregisterImage(id, deletesSnapshots: true)
            }
            #expect(gone?.isNotFound == true)
            try await ec2.deleteSnapshot(snapshot)
            let snapshotGone = await #expect(throws: AWSError.self) { try await ec2.deleteSnapshot(snapshot) }
            #expect(snapshotGone?.code == "InvalidSnapshot.NotFound")
            #expect(try await scene.ask("ec2", "DescribeImages", ["Owners": ["self"]])["Images"].list.isEmpty)
            let missing = await #expect(throws: AWSError.self) {
                _ = try await ec2.describeImages(.ids(["ami-00000000000000000"]))
            }
            #expect(missing?.isNotFound == true)
        }
    }

    @Test func anImageIsCopiedToAnotherRegion() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client(region: "us-east-1"))
            let source = try await ec2.createImage(
                EC2.ImageCreation(instanceID: try await instance(ec2), name: "pgpool"))
            let there = EC2(scene.client())
            let copy = try await there.copyImage(
                EC2.ImageCopy(clientToken: "t", sourceID: source, sourceRegion: "us-east-1", name: "pgpool copy"))
            let theirs = try await scene.ask("ec2", "DescribeImages", ["ImageIds": [.string(copy)]])
            let image = try #require(theirs["Images"].list.first?.image)
            #expect(try await there.describeImages(.ids([copy])) == [image])
            #expect(image.name == "pgpool copy")
            await #expect(throws: AWSError.self) { _ = try await ec2.describeImages(.ids([copy])) }
        }
    }

    @Test func anAMIThatNobodyMadeIsNotFound() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let error = await #expect(throws: AWSError.self) {
                _ = try await ec2.createImage(EC2.ImageCreation(instanceID: "i-00000000000000000", name: "n"))
            }
            #expect(error?.code == "InvalidInstanceID.NotFound")
        }
    }
}
