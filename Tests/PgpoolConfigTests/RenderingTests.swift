import ClusterSpec
import Diagnostics
import PgpoolConfig
import Templates
import Testing

private let hash = "0123456789abcdef0123456789abcdef"

/// Renders a spec with some templates of one's own: the rendering, or what is said.
private func render(
    _ text: String, password: String = "secret", templates: [String: String] = [:], hash: String = hash
) throws -> (rendering: Rendering?, errors: String) {
    let spec = try spec(text)
    let passwords = Dictionary(uniqueKeysWithValues: spec.auth.users.map { ($0.name.value, Password(password)) })
    do throws(DiagnosticsError) {
        let input = RenderInput(
            spec: spec, version: PgpoolVersion(4, 5), layout: .folder, passwords: passwords, pcpHash: hash)
        return (try Rendering(input, templates: TemplateSet(Templates.all, overriding: templates)), "")
    } catch {
        return (nil, error.description)
    }
}

@Suite struct RenderingTests {
    @Test func sixFilesComeInTheirOrder() throws {
        let rendering = try #require(try render(specText()).rendering)
        #expect(
            rendering.files.map(\.name) == [
                "pgpool.conf", "pool_hba.conf", "pool_passwd", "pcp.conf", "pgdoctor.cfg", "pgdoctor.pgpass",
            ])
        #expect(rendering.files.map(\.isSecret) == [false, false, true, true, false, true])
        #expect(rendering.warnings.isEmpty)
        for file in rendering.files {
            #expect(file.text.isEmpty || file.text.hasSuffix("\n"), "\(file.name)")
            #expect(!file.text.contains("\r"), "\(file.name)")
        }
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let texts = try (0..<5).map { _ in try render(specText()).rendering?.files.map(\.text) }
        #expect(Set(texts).count == 1)
    }

    @Test func allPasswordsStandInPoolPasswdAndTheHealthUsersInThePassfile() throws {
        let text = """
            aurora: {writer: w.db, reader: r.db, max_connections: 1000, database: "*"}
            auth: {users: [{name: "a:b", password_env: P}, {name: c, password_env: P}]}
            """
        let files = try #require(try render(text, password: "x:\\").rendering).files
        #expect(files[2].text == "a\\:b:TEXTx\\:\\\\\nc:TEXTx\\:\\\\\n")
        #expect(files[5].text.hasSuffix("\n127.0.0.1:9999:\\*:a\\:b:x\\:\\\\\n"))
        #expect(files.filter { $0.text.contains("x\\:") }.map(\.name) == ["pool_passwd", "pgdoctor.pgpass"])
    }

    @Test func withoutAUserNothingIsAskedInSQL() throws {
        let text = "aurora: {writer: w.db, reader: r.db, max_connections: 1000}"
        let files = try #require(try render(text).rendering).files
        #expect(files[1].text.hasSuffix("\nhost all all 127.0.0.1/32 reject\n"))
        #expect(files[2].text == "")
        #expect(!files[4].text.contains("SELECT"))
        #expect(PassFile.read(Array(files[5].text.utf8)).isEmpty)
    }

    @Test func aPasswordThatNoFileCarriesIsRefusedOnceAndAtItsPlace() throws {
        #expect(
            try render(specText(), password: "").errors
                == "c:2:42: error: [auth.users[0]] the password is empty, which PostgreSQL never accepts")
    }

    @Test func whatTheHealthCheckCannotCarryIsRefusedAtItsPlace() throws {
        #expect(
            try render(specText().replacing("name: app", with: "name: \"a=b\"")).errors
                == "c:2:23: error: [health.user] has a '=', which pgdoctor.cfg cannot carry")
        #expect(
            try render(specText().replacing("r.db,", with: "r.db, database: \"a#b\",")).errors
                == "c:1:48: error: [aurora.database] has a '#', which pgdoctor.cfg cannot carry")
    }

    @Test func whatPgpoolConfCannotCarryIsRefusedUnderTheKeyThatTheUserWrote() throws {
        #expect(
            try render(specText("pgpool: {tls: {certificate: \"/it's\", key: /k}}")).errors
                == "c:3:29: error: [pgpool.tls.certificate] has a single quote, which pgpool.conf cannot carry")
        #expect(
            try render(
                specText().replacing("r.db,", with: "r.db, tls: {mode: verify-ca, ca_dir: '/a\\'},")
            ).errors
                == "c:1:69: error: [aurora.tls.ca_dir] ends in a backslash, which would take the closing quote of pgpool.conf with it"
        )
    }

    /// host=127.0.0.1 port=9999 dbname=app user=… password='' connect_timeout=3 sslmode=disable
    @Test func aConnectionStringThatPgdoctorWouldCutIsRefused() throws {
        func errors(_ user: Int, _ database: Int) throws -> String {
            let text = specText()
                .replacing("name: app", with: "name: \"\(String(repeating: "'", count: user))\"")
                .replacing("r.db,", with: "r.db, database: \"\(String(repeating: "'", count: database))\",")
            return try render(text).errors
        }
        // 68 for the keys, 9 + 4 + 2 + 1 for the others, 2 + 2n and 2 + 2m for the names.
        #expect(try errors(63, 20) == "")
        #expect(
            try errors(63, 21) == """
                c:2:23: error: [health.user] the user's and the database's names make a connection string of 256 bytes; pgdoctor cuts it at 255
                c:2:23: note: pick a health user whose name is shorter, or has fewer quotes and backslashes
                """)
    }

    @Test func aHashThatIsNoneIsRefused() throws {
        #expect(
            try render(specText(), hash: "md5").errors
                == "error: [pcp.conf] is not an MD5 hash: that is 32 lower-case hexadecimal digits")
    }

    @Test func whatIsProbablyNotMeantIsWarnedOf() throws {
        let text = """
            aurora: {writer: w.db, reader: r.db}
            auth: {users: [{name: app, password_env: P}]}
            pgpool: {allow: [10.0.0.0/8], children: 7}
            """
        #expect(
            try #require(try render(text).rendering).warnings.map(\.description).joined(separator: "\n") == """
                c:1:9: warning: [aurora.instance_class] without it the connection budget cannot be checked; pgpool gets 7 children
                c:1:9: note: add `instance_class: db.…`, or `max_connections:` as the writer shows it
                c:3:18: warning: [pgpool.tls] clients are served without TLS, since pgpool has no certificate
                c:3:18: note: add `tls: {certificate: …, key: …}` below `pgpool:`
                """)
    }

    @Test func errorsThatAreKnownAlreadyAreReportedWithTheOthersAndNothingIsRendered() throws {
        let spec = try spec(specText("pgpool: {parameters: {log_statement: maybe, num_init_children: 900}}"))
        let known = Diagnostic(.error, at: SourceLocation(file: "c", line: 1, column: 1), key: "k", "known")
        let error = try #require(throws: DiagnosticsError.self) {
            try Rendering(
                RenderInput(spec: spec, version: PgpoolVersion(4, 5), layout: .folder, passwords: [:], pcpHash: hash),
                templates: TemplateSet(Templates.all), findings: [known])
        }
        #expect(
            error.diagnostics.map(\.message) == [
                "known", "'maybe' is not a truth value", "contradicts pgpool.children, which says 32",
            ])
    }
}

/// A template of one's own that says something else than was meant.
struct WrongTemplate: Sendable, CustomTestStringConvertible {
    var file: String
    var text: String
    var difference: String

    var testDescription: String { "\(file): \(text.debugDescription)" }
}

@Suite struct TemplateSetTests {
    private static let conf = Templates.all["pgpool.conf.tpl"] ?? ""

    @Test(arguments: [
        WrongTemplate(
            file: "pgpool.conf", text: "port = 1\n\(conf)", difference: "port reads '1'"),
        WrongTemplate(file: "pgpool.conf", text: "\(conf)port = 9999\n", difference: "port is there twice"),
        WrongTemplate(
            file: "pgpool.conf", text: "log_connections = on\n\(conf)",
            difference: "log_connections was not meant to be there"),
        WrongTemplate(file: "pgpool.conf", text: "", difference: "backend_clustering_mode is missing"),
        WrongTemplate(
            file: "pgpool.conf", text: "/etc\n\(conf)",
            difference: """
                pgpool.conf:1:1: error: pgpool refuses the file here: '/' where a key is expected
                pgpool.conf:1:1: note: a value with other characters than letters and digits needs single quotes
                """),
        WrongTemplate(
            file: "pool_hba.conf", text: "# none",
            difference: "pool_hba.conf:1:1: error: there is no record in this file"),
        WrongTemplate(
            file: "pool_hba.conf", text: "host all all all trust\n", difference: "the record in line 1 is another one"),
        WrongTemplate(
            file: "pool_hba.conf", text: "local all all trust\nlocal a b reject\n",
            difference: "it has 2 records instead of 1"),
        WrongTemplate(
            file: "pool_hba.conf", text: "host all all bad\n",
            difference: "pool_hba.conf:1:1: error: the line ends before the method"),
        WrongTemplate(
            file: "pool_passwd", text: "# c: d\n{{#users}}{{user}}:{{password}}\n{{/users}}",
            difference: "it has 2 entries instead of 1"),
        WrongTemplate(
            file: "pool_passwd", text: "{{#users}}x{{user}}:{{password}}\n{{/users}}",
            difference: "the entry in line 1 is another user's"),
        WrongTemplate(
            file: "pool_passwd", text: "{{#users}}{{user}}:{{password}}x\n{{/users}}",
            difference: "the password in line 1 is another one"),
        WrongTemplate(
            file: "pcp.conf", text: "{{user}}:{{hash}} \n", difference: "it does not have the one user that can log in"),
        WrongTemplate(
            file: "pcp.conf", text: "no colon\n{{user}}:{{hash}}\n",
            difference: "it does not have the one user that can log in"),
        WrongTemplate(
            file: "pgdoctor.cfg", text: "{{#settings}}{{key}} = {{value}}\n{{/settings}}",
            difference: "the checks are others"),
        WrongTemplate(file: "pgdoctor.cfg", text: "\"SELECT 1\"\n", difference: "http_port is another value"),
        WrongTemplate(file: "pgdoctor.cfg", text: "\"\"\n", difference: "line 1 ends the C pgdoctor"),
        WrongTemplate(
            file: "pgdoctor.cfg",
            text: "{{#settings}}{{key}} = {{value}}\n{{/settings}}pg_password =\n{{#checks}}{{check}}\n{{/checks}}",
            difference: "pg_password is another value"),
        WrongTemplate(
            file: "pgdoctor.cfg",
            text:
                "pg_max_replication_lag = 5\n{{#settings}}{{key}} = {{value}}\n{{/settings}}{{#checks}}{{check}}\n{{/checks}}",
            difference: "it has keys that were not meant"),
        WrongTemplate(file: "pgdoctor.pgpass", text: "*:*:*:*:x\n", difference: "an entry is another one"),
        WrongTemplate(file: "pgdoctor.pgpass", text: "", difference: "it has 0 entries instead of 1"),
    ])
    func aTemplateThatSaysSomethingElseIsRefused(_ wrong: WrongTemplate) throws {
        #expect(
            try render(specText(), templates: ["\(wrong.file).tpl": wrong.text]).errors == """
                \(wrong.file).tpl:1:1: error: the rendered \(wrong.file) does not read back as it was meant: \(wrong.difference)
                \(wrong.file).tpl:1:1: note: mend the template; without --templates this is a bug of pgpool-aurora
                """)
    }

    @Test func aRefusalNeverShowsAPassword() throws {
        let errors = try render(
            specText(), password: "hunter2",
            templates: ["pool_passwd.tpl": "{{#users}}{{user}}:{{password}}x\n{{/users}}"]
        ).errors
        #expect(!errors.contains("hunter2"))
    }

    @Test func everyTemplateThatCannotBeReadIsReported() {
        let error = #expect(throws: DiagnosticsError.self) {
            try TemplateSet(
                Templates.all, overriding: ["setting.tpl": "{{#a}}", "pcp.conf.tpl": "\n{{"], folder: "mine")
        }
        #expect(
            error?.description == """
                mine/pcp.conf.tpl:2:1: error: this {{ has no }}
                mine/setting.tpl:1:1: error: section 'a' is never closed
                """)
    }

    @Test func aTemplateThatIsMissingIsSaid() throws {
        let spec = try spec()
        let error = #expect(throws: DiagnosticsError.self) {
            try Rendering(
                RenderInput(
                    spec: spec, version: PgpoolVersion(4, 5), layout: .folder, passwords: ["app": Password("x")],
                    pcpHash: hash),
                templates: TemplateSet(Templates.all.filter { $0.key != "pcp.conf.tpl" }))
        }
        #expect(error?.description == "error: there is no template pcp.conf.tpl")
    }
}
