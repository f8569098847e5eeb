import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

/// Places without room for an instance.
struct FallbackTests {
    @Test(arguments: [
        (Shortage.Kind.atOnce, "InsufficientInstanceCapacity"), (.unsupported, "Unsupported"),
        (.noFreeAddress, "InsufficientFreeAddressesInSubnet"),
        (.later(.seconds(5)), "Server.InsufficientInstanceCapacity"),
    ])
    func theNextPlaceIsTaken(_ kind: Shortage.Kind, _ code: String) async throws {
        let scene = try BuildScene { $0.shortages = [Shortage("t3.medium", zone: "eu-west-1a", kind)] }
        let outcome = try await scene.build()
        scene.expectPublished(outcome)
        #expect(scene.events.warnings.count == 2)
        #expect(scene.events.warnings.allSatisfy { $0.contains(code) }, "\(scene.events.warnings)")
        let running = scene.simulation.instances.filter { $0.history.moment(of: "running") != nil }
        #expect(running.map(\.zone) == ["eu-west-1b", "eu-west-1b"])
        #expect(running.map(\.type.name) == ["t3.medium", "t3.medium"])
        // Each attempt has a token of its own, and none is made twice.
        let launches = scene.simulation.calls(of: "RunInstances").filter { !$0.isDryRun }
        let tokens = launches.compactMap { $0.parameters["ClientToken"] }
        #expect(tokens.count == 4 && Set(tokens).count == 4 && tokens.allSatisfy { $0.utf8.count <= 64 })
    }

    @Test func typesAreTriedInTheirOrder() async throws {
        let scene = try BuildScene {
            $0.shortages = [Shortage("t3.medium"), Shortage("t3a.medium", zone: "eu-west-1a")]
        }
        let outcome = try await scene.build()
        scene.expectPublished(outcome)
        #expect(
            scene.simulation.instances.map { "\($0.type.name) \($0.zone)" } == [
                "t3a.medium eu-west-1b", "t3a.medium eu-west-1b",
            ])
        #expect(
            scene.events.notes.contains { $0.hasSuffix("t3a.medium in eu-west-1b, \(scene.simulation.subnets[1].id)") })
        #expect(scene.events.warnings.count == 8)
    }

    @Test(arguments: [Shortage.Kind.atOnce, .later(.seconds(5)), .unsupported, .noFreeAddress])
    func withoutRoomAnywhereTheBuildFails(_ kind: Shortage.Kind) async throws {
        let scene = try BuildScene { $0.shortages = [Shortage(nil, kind)] }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(
            outcome.text == """
                error: no place has room for an instance; tried were 6
                note: name more of image.instance_types or image.subnets, or try again later; what was tried is above
                """)
        #expect(scene.events.warnings.count == 6)
        let launches = scene.simulation.calls(of: "RunInstances").filter { !$0.isDryRun }
        #expect(launches.count == 6)
        #expect(scene.simulation.instances.allSatisfy { $0.state == "terminated" })
        #expect(scene.simulation.elapsed < .seconds(120))
    }

    @Test func aFullZoneForTheTestOnly() async throws {
        let scene = try BuildScene {
            $0.shortages = [Shortage(nil, zone: "eu-west-1a", .atOnce, occurrences: .from(2))]
        }
        let outcome = try await scene.build()
        scene.expectPublished(outcome)
        #expect(scene.simulation.instances.map(\.zone) == ["eu-west-1a", "eu-west-1b"])
    }

    @Test func oneThatEndsForAnotherReasonIsNoLackOfRoom() async throws {
        let scene = try BuildScene(["volume": "{encrypted: true}"]) { $0.endsEncryptedRoots = true }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        let id = scene.simulation.instances[0].id
        #expect(
            outcome.text
                == "error: the instance \(id) ended before it ran: Client.InternalError: Client error on launch "
                + "(with an encrypted volume this is mostly a KMS key that the caller may not use)")
        #expect(scene.simulation.instances.count == 1)
    }

    @Test func aQuotaIsNoLackOfRoom() async throws {
        let scene = try BuildScene { $0.faults = [.vcpuLimit] }
        let outcome = try await scene.build()
        scene.expectClean(outcome, .failed, .refused)
        #expect(outcome.text.contains("VcpuLimitExceeded"))
        #expect(outcome.text.contains("note: it is the account's quota in this region; Service Quotas raises it"))
        #expect(scene.simulation.calls(of: "RunInstances").filter { !$0.isDryRun }.count == 1)
    }

    @Test func aSubscriptionThatIsMissingIsNoLackOfRoom() async throws {
        let scene = try BuildScene { $0.faults = [.optInRequired] }
        let outcome = try await scene.build()
        scene.expectClean(outcome, .failed, .refused)
        #expect(outcome.text.contains("OptInRequired") && outcome.text.contains("has not subscribed to this"))
    }
}
