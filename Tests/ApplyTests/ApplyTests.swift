import Foundation
import Glibc
import Testing

struct ApplyTests {
    @Test func aFirstRunInstallsAndRestarts() async throws {
        let host = try Host()
        defer { host.remove() }
        let result = try await host.apply()
        #expect(result.status == 0)
        #expect(result.output.hasSuffix("is in force\npgpool: restarted\ndoctor: restarted\n"))
        #expect(host.takeCalls() == ["restart", "doctor-restart"])
        let files = try #require(host.files())
        #expect(
            Set(files.keys) == [
                "pgpool.conf", "pool_hba.conf", "pool_passwd", "pcp.conf", "pgdoctor.cfg", "pgdoctor.pgpass",
            ])
        for name in files.keys {
            var status = stat()
            #expect(stat("\(host.current)/\(name)", &status) == 0 && status.st_mode & 0o7777 == 0o600)
            #expect(status.st_uid == getpwnam("nobody")?.pointee.pw_uid)
        }
        #expect(FileManager.default.contents(atPath: host.root + "/etc/pgdoctor.cfg") == files["pgdoctor.cfg"])
        #expect(host.generations == [host.mark("applied")])
    }

    @Test func withoutAChangeNothingIsTouched() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        let before = host.inventory()
        _ = host.takeCalls()
        let result = try await host.apply()
        #expect(result.status == 0 && result.output.hasPrefix("nothing to do: generation "))
        #expect(host.inventory() == before && !before.isEmpty)
        #expect(host.takeCalls().isEmpty)
    }

    @Test func aReloadIsEnoughForWhatAReloadChanges() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        _ = host.takeCalls()
        try host.setSpec(parameters: "{log_min_messages: info}")
        #expect(try await host.apply().output.contains("log_min_messages: a reload of pgpool\n"))
        #expect(host.takeCalls() == ["reload"])
        try host.setSpec(children: 21, parameters: "{log_min_messages: info}")
        #expect(try await host.apply().output.contains("num_init_children: a restart of pgpool\n"))
        #expect(host.takeCalls() == ["restart"])
    }

    @Test func aRotatedPasswordNeedsAReloadAndSaysSo() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        let hash = try #require(host.files()?["pcp.conf"])
        _ = host.takeCalls()
        try host.write("secret-two\n", to: "password")
        let diff = try await host.run(["--config", host.spec, "--diff", "--root", host.root])
        #expect(diff.status == 1)
        #expect(!(diff.output + diff.errors).contains("secret-"))
        let sentence =
            "password of app: a reload suffices; connections that are pooled already keep the old one until they end\n"
        #expect(diff.errors.contains("changed: pool_passwd, pgdoctor.pgpass\n" + sentence))
        let result = try await host.apply()
        #expect(result.output.contains(sentence))
        #expect(host.takeCalls() == ["reload", "doctor-reload"])
        // The hash by which the doctor logs in stays.
        #expect(host.files()?["pcp.conf"] == hash)
        #expect(String(decoding: host.files()?["pool_passwd"] ?? Data(), as: UTF8.self) == "app:TEXTsecret-two\n")
    }

    @Test func aPostponedRestartIsMadeUpFor() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        _ = host.takeCalls()
        try host.setSpec(children: 21, parameters: "{log_min_messages: info}")
        let result = try await host.apply(["--no-restart"])
        #expect(result.status == 0)
        #expect(
            result.output.contains(
                "pgpool: a restart is needed and left to a later time (--no-restart)\npgpool: reloaded\n"))
        #expect(host.takeCalls() == ["reload"])
        #expect(try await host.apply(["--no-restart"]).output.contains("left to a later time"))
        #expect(host.takeCalls().isEmpty)
        #expect(try await host.apply().output.hasSuffix("is in force already\npgpool: restarted\n"))
        #expect(host.takeCalls() == ["restart"])
        #expect(try await host.apply().output.hasPrefix("nothing to do"))
    }

    @Test func aReloadThatFailedIsMadeUpFor() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        try host.setSpec(
            parameters: "{log_min_messages: info}", extra: "service: {reload: ['false'], restart: ['false']}")
        let result = try await host.apply()
        #expect(result.status == 75)
        #expect(
            result.errors.contains(
                "the files are installed, but the reload of pgpool was left undone: `false` ended with 1"))
        #expect(host.mark("applied") == nil)
        _ = host.takeCalls()
        try host.setSpec(parameters: "{log_min_messages: info}")
        #expect(try await host.apply().status == 0)
        #expect(host.takeCalls() == ["reload", "doctor-reload"])
        #expect(try await host.apply().output.hasPrefix("nothing to do"))
    }

    @Test func aRollbackAfterARestartThatFailedRestarts() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        let first = host.files()
        try host.setSpec(children: 21, extra: "service: {reload: ['true'], restart: ['false']}")
        #expect(try await host.apply().status == 75)
        try host.setSpec()
        _ = host.takeCalls()
        let result = try await host.run(["--rollback", "--config", host.spec, "--root", host.root])
        #expect(result.status == 0)
        #expect(host.files() == first)
        // Whatever became of pgpool in the failed restart, it runs with these files now.
        #expect(host.takeCalls().contains("restart"))
    }

    @Test func aRollbackTakesTheHostsOwnSpec() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        try host.setSpec(children: 21)
        try await host.apply()
        _ = host.takeCalls()
        try FileManager.default.copyItem(atPath: host.spec, toPath: host.root + "/etc/pgpool-aurora/cluster.yaml")
        #expect(try await host.run(["--rollback", "--root", host.root]).status == 0)
        #expect(host.takeCalls() == ["restart"])
    }

    @Test func withNobodyToTellTheErrorNamesWhatIsUndone() async throws {
        let host = try Host()
        defer { host.remove() }
        try host.setSpec(extra: "")
        let result = try await host.apply()
        #expect(result.status == 69)
        #expect(
            result.errors.contains(
                "error: [service] the files are installed, but the restart of pgpool was left undone: with --root this "
                    + "machine's services are not told, and the spec names no command (service:)\n"))
        #expect(host.files() != nil)
    }

    @Test func rollbackGoesBackAndForth() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        let first = host.files()
        try host.setSpec(parameters: "{log_min_messages: info}")
        try await host.apply()
        let second = host.files()
        _ = host.takeCalls()
        let back = ["--rollback", "--config", host.spec, "--root", host.root]
        #expect(try await host.run(back).status == 0)
        #expect(host.files() == first && first != second)
        #expect(host.takeCalls() == ["reload"])
        #expect(try await host.run(back).status == 0)
        #expect(host.files() == second)
    }

    @Test func rollbackWithoutAnOlderGenerationSaysSo() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        let result = try await host.run(["--rollback", "--config", host.spec, "--root", host.root])
        #expect(result.status == 1 && result.errors.hasPrefix("error: there is no older generation below "))
    }

    @Test func twoGenerationsAreKept() async throws {
        let host = try Host()
        defer { host.remove() }
        for children in 20..<25 {
            try host.setSpec(children: children)
            try await host.apply()
        }
        #expect(host.generations.count == 2)
    }

    @Test func whatSomebodyEditedIsReplaced() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        let files = host.files()
        try Data("app:TEXTstolen\n".utf8).write(to: URL(filePath: host.current + "/pool_passwd"))
        let check = try await host.run(["--config", host.spec, "--check", "--root", host.root])
        #expect(check.status == 1 && check.output.contains("pool_passwd:1:1: error: [differs] differs from"))
        #expect(try await host.apply().status == 0)
        #expect(host.files() == files)
        #expect(try await host.run(["--config", host.spec, "--check", "--root", host.root]).status == 0)
    }

    @Test func aPgdoctorConfigOfSomebodyElseKeepsItsText() async throws {
        let host = try Host()
        defer { host.remove() }
        try FileManager.default.createDirectory(atPath: host.root + "/etc", withIntermediateDirectories: true)
        try Data("http_port = 1\n".utf8).write(to: URL(filePath: host.root + "/etc/pgdoctor.cfg"))
        try await host.apply()
        #expect(FileManager.default.contents(atPath: host.root + "/etc/pgdoctor.cfg") == host.files()?["pgdoctor.cfg"])
        #expect(
            FileManager.default.contents(atPath: host.root + "/etc/pgdoctor.cfg.before-pgpool-aurora")
                == Data("http_port = 1\n".utf8))
    }
}
