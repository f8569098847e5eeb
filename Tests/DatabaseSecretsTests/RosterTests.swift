import DatabaseSecrets
import PgpoolConfig
import Testing

/// Who can log in. An entry is `name = user:password < previous:password`; a password alone has no user.
@Suite struct RosterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var entries: [String]
        var members: [String]
        var current: [String: String]
        var problems: [String]

        init(_ entries: [String], _ members: [String], current: [String: String], _ problems: [String] = []) {
            (self.entries, self.members, self.current, self.problems) = (entries, members, current, problems)
        }

        var testDescription: String { entries.joined(separator: ", ") }
    }

    @Test(arguments: [
        Case(["a = p"], ["a:p"], current: ["a": "a"]),
        Case(["a = a:p < a:o"], ["a:p"], current: ["a": "a"]),
        Case(["a = a2:p < a:o"], ["a2:p", "a:o"], current: ["a": "a2"]),
        Case(["a = a:p < a2:o"], ["a:p", "a2:o"], current: ["a": "a"]),
        Case(
            ["a = b:p"], ["b:p"], current: ["a": "b"], ["0 warning: the secret is for 'b', so 'a' cannot log in"]),
        // Each names the other: both can log in.
        Case(["a = b:pb", "b = a:pa"], ["b:pb", "a:pa"], current: ["a": "b", "b": "a"]),
        Case(
            ["a = b:pb", "b = z:pz"], ["b:pb", "z:pz"], current: ["a": "b", "b": "z"],
            ["0 warning: the secret is for 'b', so 'a' cannot log in"]),
        // One secret for two entries.
        Case(
            ["a = x:p", "b = x:p"], ["x:p"], current: ["a": "x", "b": "x"],
            [
                "0 warning: the secret is for 'x', so 'a' cannot log in",
                "1 warning: the secret is for 'x', so 'b' cannot log in",
            ]),
        Case(
            ["a = c:p < a:o", "b = c:q < b:o"], ["c:p", "a:o", "b:o"], current: ["a": "c", "b": "c"],
            ["1 error: the secret has another password for 'c' than the secret of 'a'"]),
        // An entry of one's own counts, wherever it stands.
        Case(
            ["a = b:p < a:o", "b = own"], ["b:own", "a:o"], current: ["a": "b", "b": "b"],
            ["0 warning: the secret has another password for 'b' than their own entry"]),
        Case(
            ["b = own", "a = b:p < a:o"], ["b:own", "a:o"], current: ["a": "b", "b": "b"],
            ["1 warning: the secret has another password for 'b' than their own entry"]),
        // A version before adds nobody who has a current password, and nobody twice.
        Case(["a = a:p < b:o", "b = q"], ["a:p", "b:q"], current: ["a": "a", "b": "b"]),
        Case(["a = a:p < x:o", "b = b:q < x:o"], ["a:p", "b:q", "x:o"], current: ["a": "a", "b": "b"]),
        Case(
            ["a = a:p < x:o", "b = b:q < x:n"], ["a:p", "b:q", "x:o"], current: ["a": "a", "b": "b"],
            ["1 warning: the version before has another password for 'x' than that of another secret"]),
        // What the spec would not take either.
        Case(["a = :p"], [], current: [:], ["0 error: the secret's username is empty"]),
        Case(
            ["a = \(String(repeating: "n", count: 64)):p"], [], current: [:],
            ["0 error: the secret's username is 64 bytes long; PostgreSQL's names end at 63"]),
        Case(
            ["a = b\nc:p"], [], current: [:],
            ["0 error: the secret's username has a line break or another control character"]),
        // A version that is only an extra fails nothing.
        Case(
            ["a = a:p < :o"], ["a:p"], current: ["a": "a"],
            ["0 warning: the secret's version before has a username that is empty"]),
        Case(
            ["a = a:p < b:"], ["a:p"], current: ["a": "a"],
            ["0 warning: the secret's version before the password is empty, which PostgreSQL never accepts"]),
    ])
    func whoCanLogIn(it: Case) {
        let roster = Roster(it.entries.map(entry))
        #expect(roster.members.map { "\($0.name):\($0.password.clearText)" } == it.members)
        #expect(roster.currentNames == it.current)
        #expect(
            roster.problems.map { "\($0.entry) \($0.isError ? "error" : "warning"): \($0.message)" } == it.problems)
    }

    /// Whatever secrets say, each name is there once, and whoever is current can log in.
    @Test func nobodyIsLostOrDoubled() {
        let names = ["a", "b", "c"]
        for number in 0..<729 {
            var digits = number
            func digit() -> Int {
                defer { digits /= 3 }
                return digits % 3
            }
            let roster = Roster(
                names.map { name in
                    Roster.Entry(
                        name: name,
                        logins: SecretFetcher.Logins(
                            current: Login(user: names[digit()], password: Password("p")),
                            previous: Login(user: names[digit()], password: Password("o"))))
                })
            let members = roster.members.map(\.name)
            #expect(Set(members).count == members.count)
            #expect(roster.currentNames.count == 3)
            for current in roster.currentNames.values {
                #expect(roster.members.contains { $0.name == current && $0.password.clearText == "p" })
            }
        }
    }

    private func entry(_ text: String) -> Roster.Entry {
        let sides = text.split(separator: " = ", omittingEmptySubsequences: false)
        let versions = sides[1].split(separator: " < ").map { login in
            let parts = login.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            return Login(user: parts.count == 2 ? parts[0] : nil, password: Password(parts[parts.count - 1]))
        }
        return Roster.Entry(
            name: String(sides[0]),
            logins: SecretFetcher.Logins(current: versions[0], previous: versions.dropFirst().first))
    }
}
