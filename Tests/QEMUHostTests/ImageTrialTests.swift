import Diagnostics
import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import Synchronization
import TestBasics
import Testing
import YAMLDocument

@Suite(.serialized) struct ImageTrialTests {
    private let trial = ClusterTrial(
        writer: "127.0.0.1:5432", reader: "db.example:5433", config: "/c", pgpoolPort: 9999, healthPort: 8071)

    private func files(_ spec: String, users: [(name: String, password: String)]) throws -> [String: String] {
        let root = try #require(try YAMLDocument(parsing: Array(spec.utf8), file: "s").root)
        return TrialSpec.files(root, trial, users: users).mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func theGuestGetsTheUsersSpecWithTheClusterAndThePasswordsBesideIt() throws {
        let found = try files(
            """
            aurora: {writer: w.example, database: shop}
            auth: {users: [{name: app, secret: some-arn, version_stage: AWSPENDING}, {name: "o'b", password_env: P}]}
            pgpool: {allow: [10.0.0.0/8], tls: {certificate: /c, key: /k}, weights: {writer: 0}}
            health: {listen_addresses: [127.0.0.1], interval: 2s}
            service: {reload: [x], restart: [y]}
            image: {base: debian-12}
            """, users: [("app", "p 1"), ("o'b", "p2\n")])
        #expect(
            found["cluster.yaml"] == """
                aurora:
                  writer: 10.0.2.2:5432
                  database: shop
                  reader: db.example:5433
                auth:
                  users:
                    - name: app
                      password_file: /etc/pgpool-aurora/trial/user-0
                    - name: 'o''b'
                      password_file: /etc/pgpool-aurora/trial/user-1
                pgpool:
                  allow:
                    - 10.0.0.0/8
                    - 10.0.2.2/32
                  weights:
                    writer: 0
                health:
                  interval: 2s

                """)
        #expect(found["user-0"] == "p 1\n")
        // Of several final newlines one is dropped by who reads it.
        #expect(found["user-1"] == "p2\n\n")
        #expect(found.count == 3)
    }

    @Test(arguments: [
        ("127.0.0.1:1", "10.0.2.2:1"), ("localhost:1", "10.0.2.2:1"), ("w.example:1", "w.example:1"),
        ("10.0.0.1:1", "10.0.0.1:1"), ("db.example:1", "db.example:1"), ("[2001:db8::1]:1", "[2001:db8::1]:1"),
    ])
    func thisMachineHasAnotherAddressThere(given: String, guest: String) throws {
        var trial = trial
        trial.writer = given
        let root = try #require(try YAMLDocument(parsing: Array("{}".utf8), file: "s").root)
        let files = TrialSpec.files(root, trial, users: [])
        let spec = try YAMLDocument(parsing: try #require(files["cluster.yaml"]), file: "c").root
        #expect(spec?["aurora"]?["writer"]?.scalar?.text == guest)
    }

    /// A trial that looks at the ports, and then says `verdict`.
    private func imageTrial(_ seen: Mutex<[[Int: Int]]>.Box, _ verdict: HostError?) -> ImageTrial {
        ImageTrial(
            ports: [9999, 8071], files: { () throws(HostError) in ["cluster.yaml": [0x7B, 0x7D]] },
            examine: { ports throws(HostError) in
                seen.value.withLock { $0.append(ports) }
                if let verdict { throw verdict }
            })
    }

    private func guest(_ scene: LocalScene) -> BootSector {
        BootSector(text: scene.line("step 1/1 live") + scene.line("ok"), end: .waits)
    }

    @Test func anImageIsExaminedByThePortsOfItsGuestBeforeItIsPublished() async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(guest(scene), isTested: true)
        let seen = Mutex<[[Int: Int]]>.Box([])
        let result = try await scene.build(plan, trial: imageTrial(seen, nil))
        #expect(result.status == .published)
        let ports = try #require(seen.value.withLock { $0 }.first)
        #expect(seen.value.withLock { $0.count } == 1)
        #expect(Set(ports.keys) == [9999, 8071])
        #expect(Set(ports.values).count == 2)
        let id = try #require(result.imageID)
        #expect(LocalImage(id, in: scene.dataFolder).record?.tried == true)
        #expect(LocalImage.find(digest: plan.digest, in: scene.dataFolder, wasTried: true)?.id == id)
        #expect(scene.leftovers == [id])
    }

    @Test func anImageThatDoesNotDoIsNotPublished() async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(guest(scene), isTested: true)
        let seen = Mutex<[[Int: Int]]>.Box([])
        let result = try await scene.build(
            plan, trial: imageTrial(seen, HostError(.rejected, "no read came to the reader", notes: ["a note"])))
        #expect(result.status == .failed)
        #expect(result.failure?.diagnostics.first?.message == "no read came to the reader")
        #expect(result.failure?.diagnostics.first?.notes.first == "a note")
        #expect(scene.leftovers == [])
        #expect(!FileSystem.exists("\(scene.folder.path)/stack.yaml"))
    }

    @Test func withoutATrialNobodyReachesTheGuestAndTheImageIsNotCalledTried() async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(guest(scene), isTested: true)
        let result = try await scene.build(plan)
        let id = try #require(result.imageID)
        #expect(LocalImage(id, in: scene.dataFolder).record?.tried == nil)
        #expect(LocalImage.find(digest: plan.digest, in: scene.dataFolder, wasTried: true) == nil)
        #expect(LocalImage.find(digest: plan.digest, in: scene.dataFolder)?.id == id)
    }

    @Test func thePasswordsOnTheDiskAreRootsAloneAndGoWithTheMachine() async throws {
        let scene = try LocalScene()
        let disk = "\(scene.folder.path)/artifacts.raw"
        try await DiskMaker(LocalScene.toolbox).makeArtifacts(disk, texts: ["user-0": Array("canary\n".utf8)])
        let listing = try await LocalScene.toolbox.run("debugfs", ["-R", "stat user-0", disk])
        #expect(listing.contains(/Mode: +0600/))
        #expect(try await LocalScene.toolbox.run("debugfs", ["-R", "cat user-0", disk]) == "canary\n")
        #expect(!FileSystem.exists("\(disk).d"))
    }
}

extension Mutex {
    /// One that closures share.
    final class Box: Sendable where Value: Sendable {
        let value: Mutex<Value>
        init(_ value: sending Value) { self.value = Mutex(value) }
    }
}
