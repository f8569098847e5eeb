import ClusterSpec
import FoundationEssentials
import ImageBuild
import Provisioning
import Templates
import Testing

/// The digest by which an image is known to be of equal inputs.
struct DigestTests {
    private static let local = LocalPlan(
        dataFolder: "/data", cacheFolder: "/cache", base: .disk(path: "/d", format: "raw", sha256: "00"),
        accelerator: .tcg, volumeSize: 8)

    private static let image = """
        image:
          provider: local
          base: debian-12
          name: "pgpool-{digest}-{time}"
          tags: {team: a, cost: b}
          pgpool: {package: true}

        """

    private static func planner(_ text: String = image) throws -> BuildPlanner {
        BuildPlanner(
            spec: try ClusterSpec(parsing: Array(text.utf8), file: "c"), toolVersion: "1.0",
            time: Date(timeIntervalSince1970: 1_790_000_000), random: 1, guestFiles: Provisioning.all,
            templates: Templates.all,
            artifacts: [
                Artifact(.tool, path: "/t", sha256: "aa", size: 1),
                Artifact(.certificates, path: "/c", sha256: "bb", size: 1),
            ],
            publication: Publication(
                ssmParameter: "", parametersFile: nil, previousImage: nil, manifestFolder: "/m"))
    }

    private func digest(_ planner: BuildPlanner, _ local: LocalPlan = DigestTests.local) throws -> String {
        try planner.plan(onThisMachine: local).digest
    }

    @Test func equalInputsHaveOneDigestWheneverAndWherever() throws {
        let first = try digest(Self.planner())
        #expect(first.wholeMatch(of: /[0-9a-f]{64}/) != nil)
        var later = try Self.planner(
            """
            # Other words for the same.
            image: {pgpool: {package: true}, tags: {cost: b, "team": a}, base: "debian-12",
                    name: 'pgpool-{digest}-{time}', provider: local}
            """)
        later.time = later.time.addingTimeInterval(86_400)
        later.random = 2
        later.artifacts = later.artifacts.reversed().map { artifact in
            var artifact = artifact
            artifact.path = "/elsewhere"
            return artifact
        }
        later.publication.parametersFile = "/p"
        var local = Self.local
        (local.dataFolder, local.accelerator) = ("/other", .kvm)
        // What it is tried on is not in it.
        local.trial = ClusterTrial(writer: "w:1", reader: "r:1", config: "/c", pgpoolPort: 9999, healthPort: 8071)
        #expect(try digest(later, local) == first)
    }

    @Test func anyByteOfAnyFileChangesIt() throws {
        var seen: Set = [try digest(Self.planner())]
        for (path, text) in Provisioning.all {
            var planner = try Self.planner()
            planner.guestFiles[path] = String(text.dropLast()) + "~"
            #expect(seen.insert(try digest(planner)).inserted, "\(path)")
        }
        for (path, text) in Templates.all {
            var planner = try Self.planner()
            planner.templates[path] = " " + text
            #expect(seen.insert(try digest(planner)).inserted, "\(path)")
        }
        // Where one file ends and another one begins counts too.
        var planner = try Self.planner()
        planner.guestFiles["run.sh2"] = planner.guestFiles["run.sh"]
        planner.guestFiles["run.sh"] = nil
        #expect(seen.insert(try digest(planner)).inserted)
        #expect(seen.count > 25)
    }

    @Test(arguments: [
        "base: debian-13", "architecture: arm64", "volume: {size: 9}", "tags: {team: a, cost: c}", "test: false",
        "pgpool: {tarball: \"https://x.example/p.tar.gz\", sha256: \(String(repeating: "0", count: 64))}",
        "name: \"other-{time}\"", "publish: {ssm_parameter: /a/b}", "public_ip: no", "region: us-east-1",
    ])
    func eachKeyOfTheImageSectionChangesIt(line: String) throws {
        let key = line.prefix { $0 != ":" }
        let lines = Self.image.split(separator: "\n").filter { !$0.hasPrefix("  \(key):") } + ["  \(line)"]
        #expect(
            try digest(Self.planner(lines.joined(separator: "\n") + "\n")) != digest(Self.planner()), "\(line)")
    }

    @Test func theToolTheCertificatesAndTheBaseChangeIt() throws {
        var seen: Set = [try digest(Self.planner())]
        for index in 0..<2 {
            var planner = try Self.planner()
            planner.artifacts[index].sha256 = "cc"
            #expect(seen.insert(try digest(planner)).inserted)
        }
        var planner = try Self.planner()
        planner.toolVersion = "1.1"
        #expect(seen.insert(try digest(planner)).inserted)
        planner = try Self.planner("pgpool: {version: \"4.3.5\"}\n" + Self.image)
        #expect(seen.insert(try digest(planner)).inserted)
        var local = Self.local
        local.base = .disk(path: "/d", format: "raw", sha256: "01")
        #expect(seen.insert(try digest(Self.planner(), local)).inserted)
        local.base = .debian(DebianRecipe(suite: "bookworm", sources: ["deb http://a.example bookworm main"], week: 1))
        let debian = try digest(Self.planner(), local)
        #expect(seen.insert(debian).inserted)
        // Another mirror has the same packages.
        local.base = .debian(DebianRecipe(suite: "bookworm", sources: ["deb http://b.example bookworm main"], week: 1))
        #expect(try digest(Self.planner(), local) == debian)
        local.base = .debian(DebianRecipe(suite: "bookworm", sources: [], packages: ["systemd-sysv"], week: 1))
        #expect(seen.insert(try digest(Self.planner(), local)).inserted)
        // A base is made anew each week.
        local.base = .debian(DebianRecipe(suite: "bookworm", sources: [], week: 2))
        #expect(seen.insert(try digest(Self.planner(), local)).inserted)
    }
}
