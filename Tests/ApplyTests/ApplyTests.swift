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

    @Test func aRollbackIsNotRefusedForABrokenSpec() async throws {
        let host = try Host()
        defer { host.remove() }
        try await host.apply()
        try host.setSpec(children: 21)
        try await host.apply()
        _ = host.takeCalls()
        let text = try String(contentsOfFile: host.spec, encoding: .utf8)
        try host.write(text.replacingOccurrences(of: "children", with: "childern"), to: "cluster.yaml")
        let back = ["--rollback", "--config", host.spec, "--root", host.root]
        #expect(try await host.run(back).status == 0)
        #expect(host.takeCalls() == ["restart"])
        try host.write("aurora: [", to: "cluster.yaml")
        // Nothing of it can be read, its commands neither.
        #expect(try await host.run(back).status == 69)
    }

    /// An operator restarted pgpool by hand after --no-restart: what it was started with by us says nothing any more.
    @Test func goingBackAfterAPostponedRestartRestarts() async throws {
        let host = try Host()
        defer { host.remove() }
        try host.setSpec(children: 10)
        try await host.apply()
        try host.setSpec(children: 20)
        try await host.apply(["--no-restart"])
        _ = host.takeCalls()
        try host.setSpec(children: 10)
        #expect(try await host.apply().status == 0)
        #expect(host.takeCalls() == ["restart"])
    }

    @Test func whatAServiceCommandPrintsIsNoReasonToFail() async throws {
        let host = try Host()
        defer { host.remove() }
        try host.setSpec(extra: "service: {reload: ['true'], restart: [sh, -c, 'head -c 300000 /dev/zero; echo']}")
        #expect(try await host.apply().status == 0)
    }

    @Test func aServiceCommandDoesNotInheritAPassword() async throws {
        let host = try Host()
        defer { host.remove() }
        try host.setSpec(extra: "service: {reload: ['true'], restart: [sh, -c, 'env > \(host.folder)/env']}")
        let text = try String(contentsOfFile: host.spec, encoding: .utf8)
        try host.write(
            text.replacingOccurrences(of: "password_file: password", with: "password_env: APP_PASSWORD"),
            to: "cluster.yaml")
        let result = try await host.run(
            ["--config", host.spec, "--apply", "--root", host.root], under: ["env", "APP_PASSWORD=secret-canary"])
        #expect(result.status == 0)
        let environment = try String(contentsOfFile: host.folder + "/env", encoding: .utf8)
        #expect(environment.contains("PATH=") && !environment.contains("secret-canary"))
    }

    @Test func foldersLetPgpoolsUserThroughWhateverTheUmask() async throws {
        let host = try Host()
        defer { host.remove() }
        let result = try await host.run(
            ["--config", host.spec, "--apply", "--root", host.root],
            under: ["sh", "-c", "umask 077; exec \"$@\"", "sh"])
        #expect(result.status == 0)
        for path in ["/etc", "/etc/pgpool-aurora", "/etc/pgpool-aurora/generations"] {
            var status = stat()
            #expect(stat(host.root + path, &status) == 0 && status.st_mode & 0o777 == 0o755, "\(path)")
        }
    }

    @Test func aFolderThatIsClosedToPgpoolsUserIsRefused() async throws {
        let host = try Host()
        defer { host.remove() }
        try FileManager.default.createDirectory(
            atPath: host.root + "/etc/pgpool-aurora", withIntermediateDirectories: true)
        chmod(host.root + "/etc/pgpool-aurora", 0o700)
        let result = try await host.apply()
        #expect(result.status == 73)
        #expect(result.errors.contains("/etc/pgpool-aurora is closed to nobody, who runs pgpool; `chmod 755 "))
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
        let kept = host.root + "/etc/pgdoctor.cfg.before-pgpool-aurora"
        #expect(FileManager.default.contents(atPath: kept) == Data("http_port = 1\n".utf8))
        // Another one, and a link of somebody's own.
        for name in ["-2", "-3"] {
            unlink(host.root + "/etc/pgdoctor.cfg")
            symlink("elsewhere\(name)", host.root + "/etc/pgdoctor.cfg")
            let result = try await host.apply()
            #expect(result.output.contains("the pgdoctor.cfg that was there is kept as \(kept)\(name)\n"))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: kept + name) == "elsewhere\(name)")
        }
    }
}

/// What `--json` prints is one document, whatever the mode.
struct JSONTests {
    private func json(_ host: Host, _ arguments: [String]) async throws -> (status: Int32, object: [String: Any]) {
        let result = try await host.run(arguments + ["--json"])
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(!result.output.contains("secret-"))
        return (result.status, try #require(object))
    }

    @Test func everyModeHasItsDocument() async throws {
        let host = try Host()
        defer { host.remove() }
        let spec = ["--config", host.spec, "--root", host.root]
        let applied = try await json(host, spec + ["--apply"])
        #expect(applied.status == 0 && applied.object["unchanged"] as? Bool == false)
        let steps = try #require(applied.object["steps"] as? [[String: Any]])
        #expect(steps.map { $0["service"] as? String } == ["pgpool", "doctor"])
        #expect(steps.allSatisfy { $0["action"] as? String == "restart" && $0["done"] as? Bool == true })
        #expect(try await json(host, spec + ["--apply"]).object["unchanged"] as? Bool == true)

        try host.write("secret-two", to: "password")
        try host.setSpec(children: 21)
        let diff = try await json(host, spec + ["--diff"])
        #expect(diff.status == 1 && diff.object["different"] as? Bool == true)
        let change = try #require(diff.object["change"] as? [String: Any])
        #expect(change["users"] as? [String] == ["app"] && change["pgpool"] as? String == "restart")
        #expect(change["files"] as? [String] == ["pgpool.conf", "pool_passwd", "pgdoctor.pgpass"])

        let check = try await json(host, spec + ["--check"])
        #expect(check.status == 1)
        #expect(check.object["differs"] as? [String] == ["pgpool.conf", "pool_passwd", "pgdoctor.pgpass"])

        let rollback = try await json(host, ["--rollback"] + spec)
        #expect(rollback.status == 1)
        #expect((rollback.object["diagnostics"] as? [[String: Any]])?.first?["severity"] as? String == "error")
    }
}

/// With systemd there the units are told: in a mount namespace that has systemd's folder, an /etc of its own, and a
/// `systemctl` that records.
struct SystemdTests {
    @Test func theUnitsAreTold() async throws {
        let host = try Host()
        defer { host.remove() }
        try host.setSpec(extra: "")
        try host.write("#!/bin/sh\necho \"$@\" >> \(host.calls)\n", to: "systemctl")
        chmod(host.folder + "/systemctl", 0o755)
        let script = """
            set -e
            mount -t tmpfs none /run/systemd 2>/dev/null || { mkdir -p /run/systemd; mount -t tmpfs none /run/systemd; }
            mkdir -p /run/systemd/system
            mkdir \(host.folder)/etc
            cp -a /etc/passwd /etc/group /etc/nsswitch.conf \(host.folder)/etc/
            mount --bind \(host.folder)/etc /etc
            PATH=\(host.folder):$PATH
            export PATH
            exec "$@"
            """
        let namespace = ["unshare", "--mount", "sh", "-c", script, "sh"]
        let result = try await host.run(["--config", host.spec, "--apply"], under: namespace)
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            host.takeCalls() == [
                "cat pgpool.service", "restart pgpool.service", "is-active --quiet pgpool.service",
                "cat pgdoctor.service", "restart pgdoctor.service", "is-active --quiet pgdoctor.service",
            ])
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: host.folder + "/etc/pgdoctor.cfg")
        #expect(link == "pgpool-aurora/current/pgdoctor.cfg")
        #expect(FileManager.default.fileExists(atPath: host.folder + "/etc/pgpool-aurora/current/pgpool.conf"))
    }
}
