import AWSClient
import SimulatedEC2
import Testing

/// What the consoles of instances show, and when.
struct ConsoleTests {
    /// The guest's own lines that a whole console shows, without their prefix.
    private func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("PGPOOL-AURORA b-1 ") }.map {
            String($0.dropFirst("PGPOOL-AURORA b-1 ".count))
        }
    }

    private func scene(_ scripts: GuestScript...) -> Scene { Scene { $0.guests = scripts } }

    private static let steps = ["step 1/3 tool", "step 2/3 packages", "step 3/3 configuration"]

    @Test func aGuestBootsWorksAndRepeatsItsVerdict() async throws {
        let scene = scene(.succeeds)
        let id = try await scene.runningInstance()
        #expect(try await scene.console(id) == "")
        scene.pass(20)
        #expect(try await scene.console(id).contains("Linux version"))
        #expect(lines(try await scene.console(id)).isEmpty)
        scene.pass(10)
        #expect(lines(try await scene.console(id)) == Array(Self.steps.prefix(2)))
        scene.pass(15)
        #expect(lines(try await scene.console(id)) == Self.steps + ["ok"])
        scene.pass(30)
        let text = try await scene.console(id)
        #expect(lines(text) == Self.steps + ["ok", "ok", "ok", "ok"])
        #expect(text.hasSuffix("\nPGPOOL-AURORA b-1 ok\n\nPGPOOL-AURORA b-1 ok\n"))
    }

    @Test func withoutLatestItIsThatOfTheLastChange() async throws {
        let scene = scene(.succeeds)
        let id = try await scene.runningInstance()
        scene.pass(60)
        #expect(try await scene.console(id, isLatest: false) == "")
        _ = try await scene.ec2.stopInstances([id])
        #expect(lines(try await scene.console(id, isLatest: false)) == Self.steps + ["ok", "ok"])
        scene.pass(60)
        // Nobody speaks any more.
        #expect(lines(try await scene.console(id)) == Self.steps + ["ok", "ok"])
    }

    @Test func latestIsOfNitroOnly() async throws {
        let scene = Scene {
            $0.baseImages[0].bootMode = "legacy-bios"
        }
        let id = try await scene.runningInstance(type: "t2.medium")
        let error = await failure { _ = try await scene.ec2.getConsoleOutput(id, isLatest: true) }
        #expect(error?.code == "UnsupportedOperation")
        #expect(try await scene.ec2.getConsoleOutput(id, isLatest: false).bytes.isEmpty)
    }

    @Test func aFailureHasItsLogBefore() async throws {
        let scene = scene(.fails(step: "packages", exit: 7, message: "no room", log: ["one", "two"]))
        let id = try await scene.runningInstance()
        scene.pass(60)
        let text = try await scene.console(id)
        #expect(
            lines(text) == Array(Self.steps.prefix(2)) + ["failed packages 7 no room", "failed packages 7 no room"])
        #expect(text.contains("\none\ntwo\n\nPGPOOL-AURORA b-1 failed packages 7 no room\n"))
    }

    @Test func aGuestMayHangOrSayNothing() async throws {
        let scene = scene(.hangs, .isSilent)
        let hanging = try await scene.runningInstance("t-1")
        let silent = try await scene.runningInstance("t-2")
        scene.pass(3600)
        #expect(lines(try await scene.console(hanging)) == Self.steps)
        #expect(lines(try await scene.console(silent)).isEmpty)
        #expect(try await scene.console(silent).contains("Linux version"))
    }

    @Test func aGuestMayPowerItselfOff() async throws {
        let scene = scene(.powersOff(), .speaksOnce)
        let quiet = try await scene.runningInstance("t-1")
        let once = try await scene.runningInstance("t-2")
        scene.pass(200)
        for id in [quiet, once] {
            let instance = try await scene.instance(id)
            #expect(instance.state == .terminated)
            #expect(instance.stateReason?.code == "Client.InstanceInitiatedShutdown")
        }
        #expect(lines(try await scene.console(quiet)) == Self.steps)
        #expect(lines(try await scene.console(once)) == Self.steps + ["ok"])
    }

    @Test func aGuestMayBootTwice() async throws {
        let scene = scene(.bootsTwice)
        let id = try await scene.runningInstance()
        scene.pass(85)
        #expect(lines(try await scene.console(id)) == Self.steps + Self.steps + ["ok"])
        #expect(try await scene.console(id).components("Linux version") == 2)
    }

    @Test func aConsoleMayBeLate() async throws {
        let scene = scene(.isLate(by: .seconds(60)))
        let id = try await scene.runningInstance()
        scene.pass(100)
        #expect(lines(try await scene.console(id)) == Self.steps)
        scene.pass(5)
        #expect(lines(try await scene.console(id)) == Self.steps + ["ok"])
    }

    @Test func otherThingsMayBeOnTheConsole() async throws {
        let scene = scene(
            .succeeds(amid: [.carriageReturns, .kernelMessages]), .succeeds(amid: [.loggerPrefix]),
            .succeeds(amid: [.scrolling]), .decoys)
        var ids: [String] = []
        for number in 0..<4 { ids.append(try await scene.runningInstance("t-\(number)")) }
        scene.pass(30)
        scene.pass(15)
        let mixed = try await scene.console(ids[0])
        #expect(mixed.utf8.contains(0x0D) && mixed.contains("\"STATUS\"\r\nPGPOOL-AURORA b-1 ok\r\n[ "))
        let logged = try await scene.console(ids[1])
        #expect(logged.contains("\n[   31.415926] cloud-init[812]: PGPOOL-AURORA b-1 ok\n"))
        let scrolled = try await scene.ec2.getConsoleOutput(ids[2], isLatest: true).bytes
        #expect(scrolled.count == 65_536)
        #expect(lines(String(decoding: scrolled, as: UTF8.self)).allSatisfy { $0 == "ok" })
        let decoy = try await scene.console(ids[3])
        #expect(decoy.contains("\n+ echo 'PGPOOL-AURORA b-1 ok'\n") && lines(decoy) == Self.steps)
    }

    @Test func aVerdictMayBeTornTheFirstTime() async throws {
        let scene = scene(.succeeds(amid: [.torn]))
        let id = try await scene.runningInstance()
        scene.pass(46)
        let text = try await scene.console(id)
        #expect(text.contains("random: crng reseeded") && lines(text).filter { $0 == "ok" }.isEmpty)
        scene.pass(10)
        #expect(lines(try await scene.console(id)).filter { $0 == "ok" }.count == 1)
    }

    @Test func remarksComeBeforeTheVerdict() async throws {
        let scene = scene(.with { $0.remarks = ["package openssl 3.2.2"] })
        let id = try await scene.runningInstance()
        scene.pass(46)
        #expect(lines(try await scene.console(id)) == Self.steps + ["package openssl 3.2.2", "ok"])
    }

    @Test func guestsDifferByOrderOrRole() async throws {
        let ordered = scene(.succeeds, .hangs)
        let roles = Scene { $0.guestsByRole = ["test": .fails(step: "tool")] }
        for (scene, expected) in [
            (ordered, Self.steps), (roles, ["step 1/3 tool", "failed tool 100 no such package"]),
        ] {
            var ids: [String] = []
            for role in ["install", "test"] {
                var launch = try await scene.launch(role)
                launch.userData += Array("PGPOOL_AURORA_ROLE='\(role)'\n".utf8)
                ids.append(try await scene.ec2.runInstance(launch).id)
                scene.pass(15)
            }
            scene.pass(45)
            #expect(lines(try await scene.console(ids[0])).contains("ok"))
            #expect(lines(try await scene.console(ids[1])) == expected)
        }
    }

    @Test(arguments: [
        "PGPOOL_AURORA_BUILD_ID=b-1", "PGPOOL_AURORA_BUILD_ID='b-1'", "  export PGPOOL_AURORA_BUILD_ID=\"b-1\"",
        "X=1\nPGPOOL_AURORA_BUILD_ID=b-1 # the id", "PGPOOL_AURORA_BUILD_ID=b-1; export PGPOOL_AURORA_BUILD_ID",
    ])
    func theBuildIsNamedAsAShellReadsIt(_ text: String) async throws {
        let scene = Scene()
        var launch = try await scene.launch()
        launch.userData = Array("#!/bin/sh\n\(text)\n".utf8)
        let id = try await scene.ec2.runInstance(launch).id
        scene.pass(60)
        #expect(lines(try await scene.console(id)) == Self.steps + ["ok"])
    }

    @Test func aGuestOfNoBuildOnlyBoots() async throws {
        let scene = Scene()
        var launch = try await scene.launch()
        launch.userData = Array("#!/bin/sh\necho PGPOOL_AURORA_BUILD_ID=x\n".utf8)
        let id = try await scene.ec2.runInstance(launch).id
        scene.pass(100)
        let text = try await scene.console(id)
        #expect(text.contains("Linux version") && !text.contains("PGPOOL-AURORA"))
    }
}

extension String {
    /// How often another text is in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
