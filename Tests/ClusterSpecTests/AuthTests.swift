import ClusterSpec
import Diagnostics
import Testing

@Suite struct AuthTests {
    @Test func aPasswordIsKeptInASecretAFileOrAVariable() throws {
        let users = try spec(
            """
            auth:
              users:
                - {name: a, secret: app/db}
                - {name: b, password_file: b.password}
                - {name: c, password_env: DB_PASSWORD}
                - {name: d, secret: app/db, version_stage: BLUE}
            """
        ).auth.users
        #expect(users.map(\.name.value) == ["a", "b", "c", "d"])
        #expect(
            users.map(\.password.value) == [
                .secret("app/db", versionStage: "AWSCURRENT"), .file("b.password"), .environment("DB_PASSWORD"),
                .secret("app/db", versionStage: "BLUE"),
            ])
        #expect(users.map { $0.password.location?.description } == ["c:3:25", "c:4:32", "c:5:31", "c:6:25"])
    }

    @Test(arguments: [
        Finding(
            "auth: {users: [{name: a, password_file: f, version_stage: BLUE}]}",
            """
            c:1:59: error: [auth.users[0].version_stage] only a secret has versions
            c:1:59: note: it goes with `secret:`
            """),
        Finding(
            "auth: {mode: md5, users: [{name: a, secret: s}]}",
            "c:1:14: error: [auth.mode] 'md5' is not one of scram, passthrough"),
        Finding(
            "auth: {mode: passthrough, users: [{name: a, secret: s}]}",
            """
            c:1:14: error: [auth.mode] passthrough asks clients for their password in clear text, so it needs pgpool.tls
            c:1:14: note: add `tls: {certificate: …, key: …}` below `pgpool:`, or use `mode: scram`
            """),
        Finding(
            "auth: {mode: scram}",
            """
            c:1:7: warning: [auth.users] there are no users, so nobody can log in
            c:1:7: note: add one: `users: [{name: app, password_file: /path}]`
            """),
        Finding(
            "auth: {users: []}",
            """
            c:1:7: warning: [auth.users] there are no users, so nobody can log in
            c:1:7: note: add one: `users: [{name: app, password_file: /path}]`
            """),
        Finding(
            "auth: {users: {name: a}}",
            """
            c:1:15: error: [auth.users] expected a list, found keys with values
            c:1:15: note: write `users: [first, second]`, or one item a line, each after `- `
            """),
        Finding(
            "auth: {users: [app]}",
            """
            c:1:16: error: [auth.users[0]] expected keys with values here, found a single value
            c:1:16: note: the keys are name, secret, version_stage, password_file, password_env
            """),
        Finding("auth: {users: [{secret: s}]}", "c:1:16: error: [auth.users[0].name] is missing"),
        Finding(
            "auth: {users: [{name: a}]}",
            """
            c:1:16: error: [auth.users[0]] has no password
            c:1:16: note: give exactly one of secret, password_file and password_env
            """),
        Finding(
            "auth: {users: [{name: a, secret: s, password_env: E}]}",
            """
            c:1:16: error: [auth.users[0]] has 2 passwords: secret, password_env
            c:1:16: note: give exactly one of secret, password_file and password_env
            """),
        Finding(
            "auth: {users: [{name: a, password: hunter2}]}",
            """
            c:1:26: error: [auth.users[0].password] a password never stands in this file
            c:1:26: note: name where it is kept: secret, password_file or password_env
            """),
        Finding(
            "auth: {users: [{name: a, password_env: hunter-2}]}",
            """
            c:1:40: error: [auth.users[0].password_env] is not the name of an environment variable
            c:1:40: note: write the variable's name, not the password
            """),
        Finding(
            "auth: {users: [{name: a, password_file: ''}]}", "c:1:41: error: [auth.users[0].password_file] is empty"),
        Finding(
            "auth: {users: [{name: a, secret: \"x\\ny\"}]}",
            "c:1:34: error: [auth.users[0].secret] has a line break or another control character"),
        Finding("auth: {users: [{name: '', secret: s}]}", "c:1:23: error: [auth.users[0].name] is empty"),
        Finding(
            "auth: {users: [{name: \(String(repeating: "é", count: 32)), secret: s}]}",
            "c:1:23: error: [auth.users[0].name] is 64 bytes long; PostgreSQL's names end at 63"),
        Finding(
            "auth:\n  users:\n  - {name: a, secret: s}\n  - {name: b, secret: s}\n  - {name: a, secret: t}\n",
            "c:5:12: error: [auth.users[2].name] the user 'a' is here twice; the first is in line 3"),
        Finding(
            "auth: {users: [{nam: a, secret: s}]}",
            """
            c:1:16: error: [auth.users[0].name] is missing
            c:1:17: error: [auth.users[0].nam] unknown key
            c:1:17: note: did you mean name?
            """),
        Finding(
            "auth: {users: [{name: a, secret: }]}",
            """
            c:1:33: error: [auth.users[0].secret] has no value
            c:1:33: note: write one after the colon, or remove the line to get the default
            """),
    ])
    func badValuesAreReported(_ finding: Finding) { finding.check() }
}
