import Foundation
import Glibc
import Testing

/// Killed before any system call that changes something: the old generation or the new one is in force, whole; the next
/// run completes it, and makes up for what pgpool was not told.
@Suite(.serialized)
struct KillTests {
    /// The calls by which the tool changes anything.
    private static let calls = ["mkdir", "write", "fsync", "fchown", "chown", "rename", "symlink", "unlink", "rmdir"]

    /// Runs the tool on copies of a host, killed at each call in turn; returns how often it was killed.
    private func killEverywhere(
        _ template: Host, calls: [String] = KillTests.calls, _ judge: (Host, String) async throws -> Void
    ) async throws -> Int {
        var killed = 0
        for call in calls {
            for number in 1...200 {
                let host = try template.copy()
                defer { host.remove() }
                let result = try await host.apply(under: Strace.command(call, "signal=KILL:when=\(number)"))
                if result.status == 0 { break }
                #expect(result.status == 137, "\(call) \(number): \(result.errors)")
                killed += 1
                try await judge(host, "\(call) \(number)")
            }
        }
        return killed
    }

    @Test func aChangeOfALiveHost() async throws {
        let template = try Host()
        defer { template.remove() }
        // Two generations are there, so that the change also prunes one.
        try await template.apply()
        try template.setSpec(children: 19)
        try await template.apply()
        _ = template.takeCalls()
        let old = try #require(template.files())
        try template.write("secret-two", to: "password")
        try template.setSpec(children: 21)
        let done = try template.copy()
        defer { done.remove() }
        try await done.apply()
        let new = try #require(done.files())

        let killed = try await killEverywhere(template) { host, place async throws in
            let files = host.files()
            #expect(files == old || files == new, "\(place): a mixture")
            let wasTold = host.takeCalls()
            let again = try await host.apply()
            #expect(again.status == 0, "\(place): \(again.errors)")
            #expect(host.files() == new, "\(place)")
            // Nobody is left with the old configuration: it was told before it died, or is now.
            let told = wasTold + host.takeCalls()
            #expect(told.contains("restart"), "\(place): \(told)")
            #expect(told.contains("doctor-reload"), "\(place): \(told)")
            #expect(host.isWhole && !host.hasLeftovers && host.generations.count == 2, "\(place)")
            #expect(
                host.mark("applied") == host.mark("history")?.split(separator: "\n").first.map(String.init), "\(place)")
            #expect(try await host.apply().output.hasPrefix("nothing to do"), "\(place)")
        }
        #expect(killed > 30)
    }

    /// Going back instead of on: pgpool is told, unless it is known that it runs with what is then in force.
    @Test func aRollbackAfterAKill() async throws {
        let template = try Host()
        defer { template.remove() }
        try template.setSpec(children: 18)
        try await template.apply()
        try template.setSpec(children: 19)
        try await template.apply()
        _ = template.takeCalls()
        let before = try #require(template.files())
        try template.setSpec(children: 21)
        let killed = try await killEverywhere(template, calls: ["write", "rename", "unlink"]) {
            host, place async throws in
            let swapped = host.files() != before
            let wasTold = host.takeCalls()
            let back = try await host.run(["--rollback", "--config", host.spec, "--root", host.root])
            #expect(back.status == 0, "\(place): \(back.errors)")
            #expect(host.isWhole && !host.hasLeftovers, "\(place)")
            let told = host.takeCalls()
            // Back to what it ran with before the change, or further back.
            #expect(swapped ? host.files() == before : host.files() != before, "\(place)")
            // It may still run with what is then in force: it was told nothing in between.
            #expect(told.contains("restart") || (swapped && wasTold.isEmpty), "\(place): \(told)")
            #expect(
                host.mark("applied") == host.mark("history")?.split(separator: "\n").first.map(String.init), "\(place)")
        }
        #expect(killed > 10)
    }

    @Test func aFirstInstallation() async throws {
        let template = try Host()
        defer { template.remove() }
        let killed = try await killEverywhere(template) { host, place async throws in
            let files = host.files()
            #expect(files == nil || host.isWhole, "\(place): a mixture")
            #expect(try await host.apply().status == 0, "\(place)")
            #expect(host.isWhole && !host.hasLeftovers && host.generations.count == 1, "\(place)")
            #expect(host.takeCalls().contains("restart"), "\(place)")
        }
        #expect(killed > 25)
    }
}

extension Host {
    /// A host in the same state, in a folder of its own.
    func copy() throws -> Host {
        let copy = try Host()
        copy.remove()
        try FileManager.default.createDirectory(atPath: copy.folder, withIntermediateDirectories: true)
        for name in ["root", "password"] {
            // Owners and links stay as they are.
            let status = system("cp -a '\(folder)/\(name)' '\(copy.folder)/\(name)'")
            guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        let text = try String(contentsOfFile: spec, encoding: .utf8)
        try copy.write(text.replacingOccurrences(of: folder, with: copy.folder), to: "cluster.yaml")
        return copy
    }

    /// Whether a file is left that never took its name.
    var hasLeftovers: Bool { inventory().contains { $0.contains(".new") } }

    /// Whether six files of one rendering are in force.
    var isWhole: Bool {
        guard let files = files(), files.count == 6, files.values.allSatisfy({ !$0.isEmpty }) else { return false }
        let passwords = String(decoding: files["pool_passwd"] ?? Data(), as: UTF8.self)
        let passfile = String(decoding: files["pgdoctor.pgpass"] ?? Data(), as: UTF8.self)
        // Both files of one rendering carry the same password.
        guard let password = passwords.split(separator: "\n").first?.dropFirst("app:TEXT".count) else { return false }
        return passfile.contains(":app:app:\(password)\n")
    }
}
