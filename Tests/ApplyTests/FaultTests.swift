import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

/// An installation that cannot be done says why, and what was in force stays in force.
@Suite(.serialized)
struct FaultTests {
    /// A host on which a first generation is in force, and a spec that differs from it.
    private func prepared() async throws -> Host {
        let host = try Host()
        #expect(try await host.apply().status == 0)
        _ = host.takeCalls()
        try host.write("secret-two", to: "password")
        try host.setSpec(children: 21, parameters: "{log_min_messages: info}")
        return host
    }

    private func shell(_ command: String) async throws {
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", command], output: .discarded, error: .string(limit: 4096))
        try #require(result.terminationStatus.isSuccess, "\(command): \(result.standardError)")
    }

    @Test func aFullDisk() async throws {
        let host = try await prepared()
        defer { host.remove() }
        let before = host.files()
        let folder = host.root + "/etc/pgpool-aurora"
        // The folder moves to a file system of its own, which is then filled.
        try await shell(
            """
            mv \(folder) \(folder).kept && mkdir \(folder) && mount -t tmpfs -o size=96k none \(folder) \
            && cp -a \(folder).kept/. \(folder)/
            """)
        try await shell("! head -c 200000 /dev/zero > \(folder)/filler")
        let result = try await host.apply()
        let during = host.files()
        #expect(result.status == 73)
        #expect(result.errors.contains("No space left on device"))
        #expect(during == before && during != nil)
        #expect(host.takeCalls().isEmpty)
        #expect(!host.generations.contains { $0.hasPrefix(".") })
        unlink("\(folder)/filler")
        #expect(try await host.apply().status == 0)
        #expect(host.files() != before)
        try await shell("umount \(folder)")
    }

    @Test func aReadOnlyFolder() async throws {
        let host = try await prepared()
        defer { host.remove() }
        let before = host.files()
        let folder = host.root + "/etc/pgpool-aurora"
        try await shell("mount --bind \(folder) \(folder) && mount -o remount,bind,ro \(folder)")
        let result = try await host.apply()
        try await shell("umount \(folder)")
        #expect(result.status == 73)
        #expect(result.errors.contains("Read-only file system"))
        #expect(host.files() == before && before != nil)
    }

    @Test func aMissingUser() async throws {
        let host = try await prepared()
        defer { host.remove() }
        let before = host.inventory()
        try host.setSpec(owner: "no-such-user")
        let result = try await host.apply()
        #expect(result.status == 65)
        #expect(
            result.errors.contains(
                "cluster.yaml:5:10: error: [pgpool.owner] there is no user 'no-such-user' on this machine\n"))
        #expect(host.inventory() == before)
    }

    @Test func aLockHeldByAnother() async throws {
        let host = try await prepared()
        defer { host.remove() }
        let before = host.files()
        let lock = open(host.root + "/etc/pgpool-aurora/lock", O_RDWR | O_CLOEXEC)
        try #require(flock(lock, LOCK_EX) == 0)
        let result = try await host.apply(["--lock-timeout", "1"])
        close(lock)
        #expect(result.status == 75)
        #expect(result.errors.hasPrefix("error: another run is installing: it holds "))
        #expect(host.files() == before)
        #expect(try await host.apply().status == 0)
    }

    @Test func withoutRoot() async throws {
        let host = try await prepared()
        defer { host.remove() }
        let before = host.inventory()
        // The folder of a test run as root is closed to others; what is refused is the user.
        let result = try await host.run(
            ["--config", host.spec, "--apply", "--root", host.root],
            under: ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"])
        #expect(result.status == 77)
        #expect(
            result.errors == "error: installing needs root: the files belong to pgpool's user\nnote: run it with sudo\n"
        )
        #expect(host.inventory() == before)
    }

    @Test func anErrorOfAnySystemCall() async throws {
        let template = try await prepared()
        defer { template.remove() }
        let before = template.files()
        var failed = 0
        for call in ["mkdir", "fsync", "fchown", "chown", "rename", "symlink"] {
            for number in 1...40 {
                let host = try template.copy()
                defer { host.remove() }
                let result = try await host.apply(
                    under: Strace.command(call, "error=EIO:when=\(number)"))
                if result.status == 0 { break }
                failed += 1
                #expect(result.status == 73, "\(call) \(number): \(result.errors)")
                let files = host.files()
                // After the swap the new generation is in force, and the next run tells pgpool of it.
                if files != before { #expect(files != nil && host.isWhole, "\(call) \(number)") }
                #expect(try await host.apply().status == 0, "\(call) \(number)")
                #expect(host.isWhole && host.files() != before)
            }
        }
        #expect(failed > 15)
    }

    @Test func tenRunsAtOnceLeaveOneWholeGeneration() async throws {
        let host = try await prepared()
        defer { host.remove() }
        let specs = try (0..<10).map { number in
            try host.setSpec(children: 30 + number)
            let path = "\(host.folder)/cluster\(number).yaml"
            try FileManager.default.copyItem(atPath: host.spec, toPath: path)
            return path
        }
        let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
            for spec in specs {
                group.addTask { try await host.run(["--config", spec, "--apply", "--root", host.root]).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 0, count: 10))
        #expect(host.isWhole && host.generations.count == 2)
        #expect(host.takeCalls().count { $0 == "restart" } == 10)
    }
}

/// `strace` with one system call tampered with.
enum Strace {
    static func command(_ call: String, _ injection: String) -> [String] {
        [
            "strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "signal=none", "-e",
            "inject=\(call):\(injection)",
        ]
    }
}
