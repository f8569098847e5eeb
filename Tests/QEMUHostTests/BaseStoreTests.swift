import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import TestBasics
import Testing

/// Bases are made of what a stand-in for mmdebstrap gives; all else is real.
struct BaseStoreTests {
    private let scene: TemporaryFolder
    private let recipe = DebianRecipe(
        suite: "bookworm", sources: ["deb http://a.example/debian bookworm main"], week: 2900)

    init() throws {
        scene = try TemporaryFolder()
    }

    /// A store whose mmdebstrap is a script.
    private func store(_ script: String) throws -> BaseStore {
        let programs = "\(scene.path)/bin"
        try FileSystem.makeFolder(programs, mode: 0o755)
        try FileSystem.replace("\(programs)/mmdebstrap", "#!/bin/sh\n\(script)\n", mode: 0o755)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return BaseStore("\(scene.path)/cache", Toolbox(path: "\(programs):\(path)"), say: { _ in })
    }

    /// Makes a small root as an archive: the last argument but the sources is where it goes.
    private var making: String {
        """
        echo made >>"\(scene.path)/calls"
        for word; do case $word in */root.tar) output=$word ;; esac; done
        root=$(mktemp -d)
        mkdir "$root/boot" "$root/dev" "$root/etc"
        echo kernel >"$root/boot/vmlinuz-1"
        echo initrd >"$root/boot/initrd.img-1"
        ln -s boot/vmlinuz-1 "$root/vmlinuz"
        ln -s boot/initrd.img-1 "$root/initrd.img"
        echo here >"$root/etc/hostname"
        tar -C "$root" -cf "$output" .
        rm -rf "$root"
        """
    }

    private var calls: Int { ((try? scene.read("calls")) ?? "").split(separator: "\n").count }

    @Test func aRootBecomesADiskWithItsKernelBeside() async throws {
        let store = try store(making)
        #expect(!store.has(recipe))
        let base = try await store.base(.debian(recipe))
        #expect(store.has(recipe))
        let folder = try #require(base.kernelFolder)
        #expect(FileSystem.names(in: folder) == ["disk.qcow2", "initrd", "kernel"])
        #expect(try FileSystem.read("\(folder)/kernel") == Array("kernel\n".utf8))
        #expect(try FileSystem.read("\(folder)/initrd") == Array("initrd\n".utf8))
        let raw = "\(scene.path)/disk.raw"
        try await LocalScene.toolbox.run("qemu-img", ["convert", "-O", "raw", base.disk, raw])
        #expect(try await LocalScene.toolbox.run("e2label", [raw]) == "pgaurora-root\n")
        #expect(try await LocalScene.toolbox.run("debugfs", ["-R", "cat /etc/hostname", raw]) == "here\n")

        // It is kept.
        #expect(try await store.base(.debian(recipe)) == base)
        #expect(calls == 1)
    }

    @Test func whatFailsLeavesNothingAndIsTold() async throws {
        let store = try store("echo 'E: no such suite' >&2; touch \"$TMPDIR/left\"; exit 25")
        await #expect(
            throws: HostError(
                .rejected, "mmdebstrap failed with exit status 25", notes: ["  E: no such suite"])
        ) { try await store.base(.debian(recipe)) }
        #expect(!store.has(recipe))
        let left = FileSystem.names(in: "\(scene.path)/cache/bases").filter { !$0.hasSuffix(".lock") }
        #expect(left == [])
    }

    @Test func whatADeadBuildHasLeftGoes() async throws {
        let store = try store(making)
        let part = "\(store.path(of: recipe)).1.part"
        try FileSystem.makeFolder("\(part)/root/etc", mode: 0o700)
        _ = try await store.base(.debian(recipe))
        #expect(!FileSystem.exists(part))
    }

    @Test func twoBuildsAtOnceMakeOne() async throws {
        let store = try store("sleep 1\n\(making)")
        async let one = store.base(.debian(recipe))
        async let other = store.base(.debian(recipe))
        #expect(try await one == other)
        #expect(calls == 1)
    }

    @Test func aDiskThatHasChangedIsNotTaken() async throws {
        let disk = try scene.write("disk.raw", "a disk")
        let sum = sha256Text(of: Array("a disk".utf8))
        let store = try store("exit 1")
        let base = LocalPlan.Base.disk(path: disk, format: "raw", sha256: sum)
        #expect(try await store.base(base) == BaseStore.Base(disk: disk, format: "raw", kernelFolder: nil))
        try scene.write("disk.raw", "another")
        await #expect(
            throws: HostError(
                .rejected, "\(disk) is not what it was when the build was planned", notes: ["begin a new build"])
        ) { try await store.base(base) }
    }
}
