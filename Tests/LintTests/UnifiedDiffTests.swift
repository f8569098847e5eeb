import Foundation
import PgpoolConfig
import Subprocess
import SystemPackage
import Testing

struct UnifiedDiffTests {
    @Test func theSameTextsHaveNoDifference() {
        #expect(UnifiedDiff.between("a\n", "a\n", oldName: "a", newName: "b") == "")
    }

    @Test func aChangeComesWithItsContext() {
        let old = (1...20).map { "\($0)\n" }.joined()
        let new = old.replacing("10\n", with: "ten\n").replacing("20\n", with: "20\n21\n")
        #expect(
            UnifiedDiff.between(old, new, oldName: "old", newName: "new") == """
                --- old
                +++ new
                @@ -7,7 +7,7 @@
                 7
                 8
                 9
                -10
                +ten
                 11
                 12
                 13
                @@ -18,3 +18,4 @@
                 18
                 19
                 20
                +21

                """)
    }

    /// `patch` is the judge: what it makes of the old text and the difference is the new text.
    @Test func patchMakesTheNewTextOfTheOldOne() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "diff-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<40 {
            let old = (0..<random(30)).map { _ in "line \(random(6))\n" }.joined()
            var lines = old.split(separator: "\n").map { "\($0)\n" }
            for _ in 0..<random(6) {
                if lines.isEmpty || random(2) == 0 {
                    lines.insert("new \(random(9))\n", at: random(lines.count + 1))
                } else {
                    lines.remove(at: random(lines.count))
                }
            }
            let new = lines.joined()
            guard old != new else { continue }
            let file = folder.appending(path: "file")
            try Data(old.utf8).write(to: file)
            let diff = UnifiedDiff.between(old, new, oldName: "file", newName: "file")
            let result = try await Subprocess.run(
                .name("patch"), arguments: ["-s", "--posix", file.path], input: .string(diff),
                output: .string(limit: 4096),
                error: .string(limit: 4096))
            #expect(result.terminationStatus.isSuccess, "\(diff)\(result.standardOutput)")
            let patched = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            #expect(patched == new, "\(diff)")
        }
    }
}

struct RedactionTests {
    private func redact(_ name: String, _ old: String, _ new: String) -> (old: String, new: String) {
        Redaction.redact(name, old: Array(old.utf8), new: Array(new.utf8))
    }

    @Test(arguments: [
        (
            "pool_passwd", "a\\:b:TEXTone\nc:TEXTtwo\n", "a\\:b:‹old secret›\nc:‹secret›\n",
            "a\\:b:‹new secret›\nc:‹secret›\n"
        ),
        (
            "pgdoctor.pgpass", "# c\nh:1:d:u:one\nh:2:d:u:two\n", "# c\nh:1:d:u:‹old secret›\nh:2:d:u:‹secret›\n",
            "# c\nh:1:d:u:‹new secret›\nh:2:d:u:‹secret›\n"
        ),
        (
            "pgdoctor.cfg", "pg_user = u\npg_password = one\n", "pg_user = u\npg_password =‹old secret›\n",
            "pg_user = u\npg_password =‹new secret›\n"
        ),
        (
            "pgpool.conf", "a = 1\nsr_check_password = 'one'\n", "a = 1\nsr_check_password‹old secret›\n",
            "a = 1\nsr_check_password‹new secret›\n"
        ),
        ("pcp.conf", "pgdoctor:one\n", "pgdoctor:‹old secret›\n", "pgdoctor:‹new secret›\n"),
        (
            "pool_hba.conf", "host all one 10.0.0.0/8 md5\n", "host all one 10.0.0.0/8 md5\n",
            "host all 1 10.0.0.0/8 md5\n"
        ),
    ])
    func secretsAreReplacedAndADifferenceIsSeen(_ name: String, _ old: String, _ oldShown: String, _ newShown: String) {
        let shown = redact(name, old, old.replacing("one", with: "1"))
        #expect(shown.old == oldShown)
        #expect(shown.new == newShown)
    }

    /// Whatever a file that is not ours looks like.
    @Test(arguments: [
        ("pgpool.conf", "  sr_check_password = 'canary'"), ("pgpool.conf", "sr_check_password\t= 'canary'"),
        ("pgpool.conf", "sr_check_password 'canary'"), ("pgpool.conf", "port = 9999 sr_check_password = 'canary'"),
        ("pgpool.conf", "# wd_authkey = 'canary'"), ("pool_hba.conf", "host all all all ldap ldapbindpasswd=canary"),
        ("pool_passwd", "canary"), ("pool_passwd", "# u:canary"), ("pcp.conf", "canary"),
        ("pgdoctor.pgpass", "h:1:canary"),
        ("pgdoctor.cfg", "pg_password canary"), ("pgdoctor.cfg", "pg_pasword = canary"),
        ("pgdoctor.cfg", "PG_PASSWORD=canary"),
    ])
    func whatIsNotOursShowsNoSecretEither(_ name: String, _ line: String) {
        let shown = redact(name, line + "\n", "")
        #expect(!shown.old.contains("canary"), "\(shown.old)")
    }
}
