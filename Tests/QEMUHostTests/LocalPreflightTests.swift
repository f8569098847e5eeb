import ClusterSpec
import Diagnostics
import FoundationEssentials
import ImageBuild
import LocalFiles
import QEMUHost
import TestBasics
import Testing

struct LocalPreflightTests {
    private let scene: TemporaryFolder

    init() throws {
        scene = try TemporaryFolder()
    }

    private func preflight(
        _ image: String, architecture: String = "x86_64", isRoot: Bool = true,
        tools: Toolbox = LocalScene.toolbox
    ) throws -> LocalPreflight {
        let spec = try ClusterSpec(parsing: Array("image: {provider: local, \(image)}\n".utf8), file: "cluster.yaml")
        return LocalPreflight(
            spec.image,
            LocalPreflight.Machine(
                architecture: architecture, isRoot: isRoot, dataFolder: "\(scene.path)/data",
                cacheFolder: "\(scene.path)/cache", specFolder: scene.path, sources: [:], week: 2900), tools)
    }

    private func texts(_ diagnostics: [Diagnostic]) -> [String] { diagnostics.map(\.description) }

    @Test func debianOnThisMachineIsFine() throws {
        #expect(texts(try preflight("base: debian-12").objections()) == [])
        #expect(texts(try preflight("base: debian-13").objections()) == [])
    }

    @Test func ofAmazonLinuxThereIsNoPublicImage() throws {
        let found = try preflight("base: al2023").objections()
        #expect(found.map(\.message) == ["there is no public image of Amazon Linux 2023 that could be fetched"])
        #expect(found.first?.key == "image.base")
        #expect(found.first?.location?.line == 1)
    }

    @Test func anotherArchitectureIsRefused() throws {
        #expect(
            try preflight("base: debian-12, architecture: arm64").objections().map(\.message) == [
                "the image is to be for arm64, and this machine is x86_64"
            ])
        #expect(
            try preflight("base: debian-12", architecture: "aarch64").objections().map(\.message) == [
                "this machine is aarch64, and images are built here on x86_64 only"
            ])
    }

    @Test func theToolsThatAreMissingAreNamedWithTheirPackages() throws {
        // Who is not root has these folders looked through too, so that only other programs can be missing.
        let empty = Toolbox(path: "\(scene.path)/nothing", systemFolders: [])
        let found = try preflight("base: debian-12", isRoot: false, tools: empty).objections()
        #expect(
            found.map(\.message) == [
                "there is no qemu-system-x86_64, no qemu-img, no mkfs.ext4, no genisoimage, no mmdebstrap, no unshare, "
                    + "no newuidmap here"
            ])
        #expect(
            found.first?.notes == [
                "on Debian: apt-get install --no-install-recommends e2fsprogs genisoimage mmdebstrap qemu-system-x86 "
                    + "qemu-utils uidmap util-linux"
            ])
        // A disk image needs no Debian to be made.
        #expect(
            try preflight("base: /disk.raw", isRoot: false, tools: empty).objections().map(\.message) == [
                "there is no qemu-system-x86_64, no qemu-img, no mkfs.ext4, no genisoimage here"
            ])
    }

    @Test func aDiskImageIsKnownByItsContent() async throws {
        try BootSector(text: "", end: .hangs).write("\(scene.path)/disk.raw")
        let findings = try await preflight("base: ./disk.raw").run()
        let sum = sha256Text(of: Array(try Data(contentsOf: URL(filePath: "\(scene.path)/disk.raw"))))
        #expect(findings.plan.base == .disk(path: "\(scene.path)/disk.raw", format: "raw", sha256: sum))
        #expect(findings.plan.baseImage == "sha256:\(sum)")
        #expect(findings.plan.volumeSize == 8)
    }

    @Test func aDiskImageThatIsNotThereOrIsNotAllIsRefused() async throws {
        await #expect(throws: BuildFailure.self) { try await preflight("base: ./no.raw").run() }
        try BootSector(text: "", end: .hangs).write("\(scene.path)/disk.raw")
        let tools = LocalScene.toolbox
        try await tools.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", "-b", "disk.raw", "-F", "raw", "top.qcow2"], in: scene.path)
        try await tools.run("qemu-img", ["convert", "-O", "vmdk", "disk.raw", "disk.vmdk"], in: scene.path)
        for (name, words) in [("top.qcow2", "needs disk.raw too"), ("disk.vmdk", "is of the format vmdk")] {
            let preflight = try preflight("base: ./\(name)")
            do throws(BuildFailure) {
                _ = try await preflight.run()
                Issue.record("\(name) was taken")
            } catch {
                #expect(error.code == .badInput)
                #expect(error.diagnostics.first?.message.contains(words) == true)
                #expect(error.diagnostics.first?.location?.line == 1)
            }
        }
    }

    @Test func aDiskThatIsTooSmallForItsBaseIsRefused() async throws {
        #expect(
            try preflight("base: debian-12, volume: {size: 3}").objections().map(\.message) == [
                "3 GiB is less than the 8 GiB of the base"
            ])
        try await LocalScene.toolbox.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", "big.qcow2", "2G"], in: scene.path)
        let preflight = try preflight("base: ./big.qcow2, volume: {size: 1}")
        do throws(BuildFailure) {
            _ = try await preflight.run()
            Issue.record("it was taken")
        } catch {
            #expect(error.diagnostics.map(\.key) == ["image.volume.size"])
        }
    }

    @Test func whatIsEC2sAloneIsSaidToHaveNoEffect() throws {
        let found = try preflight("base: debian-12, volume: {encrypted: true}, publish: {ssm_parameter: /a/b}")
            .ignored()
        #expect(found.map(\.key) == ["image.publish.ssm_parameter", "image.volume.encrypted"])
        #expect(texts(try preflight("base: debian-12").ignored()) == [])
    }
}
