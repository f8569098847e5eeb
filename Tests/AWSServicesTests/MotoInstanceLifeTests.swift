@testable import AWSClient
import Foundation
import JSONDocument
import Testing

/// What becomes of instances, against moto, whose console says the same for every instance and which deletes a group that
/// is in use.
struct MotoInstanceLifeTests {
    @Test func anInstanceIsStoppedAndEnded() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let group = try await ec2.createSecurityGroup(
                EC2.SecurityGroupCreation(name: "pgpool-build", description: "a build"))
            var launch = EC2.Launch(clientToken: "t", imageID: "ami-0000000000000000a", instanceType: "t3.medium")
            launch.securityGroupIDs = [group]
            let id = try await ec2.runInstance(launch).id
            try await ec2.createTags(on: [id, group], ["state": awkward])

            let output = try await ec2.getConsoleOutput(id, isLatest: true)
            let theirOutput = try await scene.ask("ec2", "GetConsoleOutput", ["InstanceId": .string(id)])
            #expect(!output.bytes.isEmpty)
            #expect(String(decoding: output.bytes, as: UTF8.self) == theirOutput["Output"].text)

            let stopping = try await ec2.stopInstances([id])
            #expect(stopping == [EC2.StateChange(id: id, before: .running, now: .stopping)])
            let stopped = try await ec2.describeInstances(.ids([id]))
            #expect(stopped.map(\.state) == [.stopped])
            #expect(stopped[0].stateReason?.code == "Client.UserInitiatedShutdown")
            #expect(stopped[0].tags == ["state": awkward])

            let ending = try await ec2.terminateInstances([id])
            #expect(ending.map(\.now) == [.shuttingDown])
            let theirs = try await scene.ask("ec2", "DescribeInstances", ["InstanceIds": [.string(id)]])
            #expect(
                try await ec2.describeInstances(.ids([id]))
                    == theirs["Reservations"].list.flatMap { $0["Instances"].list.map(\.instance) })
            #expect(try await ec2.terminateInstances([id]).map(\.id) == [id])
            try await ec2.deleteSecurityGroup(group)
            let gone = await #expect(throws: AWSError.self) { try await ec2.deleteSecurityGroup(group) }
            #expect(gone?.isNotFound == true)
            let missing = await #expect(throws: AWSError.self) {
                _ = try await ec2.describeInstances(.ids(["i-00000000000000000"]))
            }
            #expect(missing?.code == "InvalidInstanceID.NotFound")
            #expect(missing?.kind == .propagation)
        }
    }

    @Test func aListComesInPages() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client(), pageSize: 1)
            var launch = EC2.Launch(clientToken: "t", imageID: "ami-0000000000000000a", instanceType: "t3.medium")
            launch.tags = ["k": "v*"]
            for _ in 0..<3 { _ = try await ec2.runInstance(launch) }
            let before = scene.requests
            let instances = try await ec2.describeInstances(.matching([.hasTag("k")]))
            #expect(scene.requests - before == 3)
            let theirs = try await scene.ask("ec2", "DescribeInstances")
            #expect(
                Set(instances) == Set(theirs["Reservations"].list.flatMap { $0["Instances"].list.map(\.instance) }))
            #expect(instances.count == 3)
        }
    }

    @Test func aSecondGroupOfTheNameIsADuplicate() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let creation = EC2.SecurityGroupCreation(name: "pgpool-build", description: "a build")
            _ = try await ec2.createSecurityGroup(creation)
            let error = await #expect(throws: AWSError.self) { _ = try await ec2.createSecurityGroup(creation) }
            #expect(error?.isDuplicate == true)
        }
    }
}
