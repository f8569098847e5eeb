import ClusterSpec
import Diagnostics
import PgpoolConfig
import Templates
import TestBasics
import Testing
import YAMLDocument

/// A string-valued key of the spec: a spec that holds a text there, and what in the rendering may follow it.
struct StringKey: Sendable, CustomTestStringConvertible {
    var key: String
    /// The spec with `@` in the text's place.
    var yaml: String
    /// The texts of the rendering that stand for the key, by file.
    var found: @Sendable (ReadBack) -> [String]

    var testDescription: String { key }

    /// An endpoint may carry its port, and an IPv6 address its brackets.
    var isEndpoint: Bool { key == "aurora.writer" || key == "aurora.reader" }
}

/// A rendering as the readers take it that mirror the C parsers.
struct ReadBack {
    var settings: [String: String]
    var hba: PoolHBAFile.Contents
    var users: [(name: String, password: String)]
    var pcp: [PCPConfFile.Entry]
    var doctor: PgdoctorFile.Contents
    var pass: [[String]]

    init(_ rendering: Rendering) {
        func bytes(_ name: String) -> [UInt8] {
            Array((rendering.files.first { $0.name == name }?.text ?? "").utf8)
        }
        let conf = PgpoolConfFile.read(bytes("pgpool.conf"), file: "pgpool.conf")
        #expect(conf.refusal == nil)
        #expect(Set(conf.entries.map(\.key)).count == conf.entries.count)
        settings = conf.values
        hba = PoolHBAFile.read(bytes("pool_hba.conf"), file: "pool_hba.conf")
        #expect(hba.refusals.isEmpty)
        users = PoolPasswdFile.read(bytes("pool_passwd")).map { entry in
            guard case .clearText(let password) = entry.secret else { return (entry.user, "not clear text") }
            return (entry.user, password.clearText)
        }
        pcp = PCPConfFile.read(bytes("pcp.conf"))
        doctor = PgdoctorFile.read(bytes("pgdoctor.cfg"))
        #expect(doctor.fatalLines.isEmpty)
        pass = PassFile.read(bytes("pgdoctor.pgpass")).map { $0.fields.map { $0 ?? "<any>" } + [$0.password.clearText] }
    }

    /// Texts that stand in a rendering anyway.
    static let words: Set<String> = [
        "", "0", "1", "2", "5", "''", "on", "off", "*", "all", "app", "localhost", "w.db", "r.db", "/c", "/k", "port",
        "q", "v", "3",
    ]

    /// Everything that was read, with `text` replaced by a mark: the same for every text that is carried whole.
    func outline(without text: String) -> String {
        func mark(_ found: String) -> String { Array(found.utf8) == Array(text.utf8) ? "<text>" : found }
        var lines = settings.sorted { $0.key < $1.key }.map { "\($0.key) = \(mark($0.value))" }
        for record in hba.records {
            let names = (record.databases + record.users).map { mark($0.text) }
            lines.append(
                "\(record.type) \(names) \(mark(record.address?.text ?? "")) \(record.method) \(record.options)")
        }
        lines += users.map { "\(mark($0.name)) \(mark($0.password))" }
        lines += pcp.map { "\($0.user) \($0.hash)" }
        for (key, value) in doctor.values.sorted(by: { $0.key < $1.key }) {
            let isName = ["pg_user", "pg_database"].contains(key)
            lines.append("\(key) = \(mark(isName ? doctor.connectionValue(key) ?? "no value" : value))")
        }
        lines += doctor.checks.map { "\(mark($0.query)) \($0.symbol ?? "") \(mark($0.expected ?? ""))" }
        lines += pass.map { "\($0.map(mark))" }
        return lines.joined(separator: "\n")
    }
}

private let hash = "0123456789abcdef0123456789abcdef"

/// Renders a spec; nil when it is refused.
private func rendering(
    _ yaml: String, password: String = "secret", _ version: PgpoolVersion = PgpoolVersion(4, 5), templates: TemplateSet
) -> Rendering? {
    do throws(DiagnosticsError) {
        let spec = try ClusterSpec(parsing: Array(yaml.utf8), file: "c")
        let passwords = Dictionary(
            spec.auth.users.map { ($0.name.value, Password(password)) }, uniquingKeysWith: { first, _ in first })
        return try Rendering(
            RenderInput(spec: spec, version: version, layout: .folder, passwords: passwords, pcpHash: hash),
            templates: templates)
    } catch {
        #expect(error.diagnostics.contains { $0.severity == .error })
        for diagnostic in error.diagnostics {
            // A writer and its reader never disagree, and no message carries a control character to a terminal.
            #expect(!diagnostic.message.contains("does not read back"), "\(diagnostic)")
            let text = ([diagnostic.message] + diagnostic.notes).joined()
            #expect(
                !text.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(text.debugDescription)")
        }
        return nil
    }
}

@Suite struct InjectionTests {
    private static let users = "auth: {users: [{name: app, password_env: P}]}"
    private static let keys: [StringKey] = [
        StringKey(key: "aurora.writer", yaml: "aurora: {writer: @, reader: r.db, max_connections: 500}\n\(users)") {
            [$0.settings["backend_hostname0"] ?? ""]
        },
        StringKey(key: "aurora.reader", yaml: "aurora: {writer: w.db, reader: @, max_connections: 500}\n\(users)") {
            [$0.settings["backend_hostname1"] ?? ""]
        },
        StringKey(
            key: "aurora.database", yaml: "\(specText())\n".replacing("reader: r.db", with: "reader: r.db, database: @")
        ) {
            [$0.doctor.connectionValue("pg_database") ?? "", $0.hba.records[0].databases[0].text, $0.pass[0][2]]
        },
        StringKey(
            key: "aurora.tls.ca_dir",
            yaml: specText().replacing("reader: r.db", with: "reader: r.db, tls: {mode: verify-ca, ca_dir: @}")
        ) { [$0.settings["ssl_ca_cert_dir"] ?? ""] },
        StringKey(key: "auth.users[0].name", yaml: specText().replacing("name: app", with: "name: @")) {
            [
                $0.users[0].name, $0.doctor.connectionValue("pg_user") ?? "", $0.hba.records[0].users[0].text,
                $0.pass[0][3],
            ]
        },
        StringKey(
            key: "health.user",
            yaml: specText("health: {user: @}").replacing("[{", with: "[{name: other, password_env: P}, {").replacing(
                "name: app", with: "name: @")
        ) { [$0.users[1].name, $0.doctor.connectionValue("pg_user") ?? ""] },
        StringKey(key: "auth.users[0].secret", yaml: specText().replacing("password_env: P", with: "secret: @")) { _ in
            []
        },
        StringKey(
            key: "auth.users[0].password_file", yaml: specText().replacing("password_env: P", with: "password_file: @")
        ) { _ in [] },
        StringKey(
            key: "auth.users[0].password_env", yaml: specText().replacing("password_env: P", with: "password_env: @")
        ) { _ in [] },
        StringKey(key: "pgpool.allow", yaml: specText("pgpool: {allow: [@]}")) {
            [$0.hba.records[1].address?.text ?? ""]
        },
        StringKey(key: "pgpool.tls.certificate", yaml: specText("pgpool: {tls: {certificate: @, key: /k}}")) {
            [$0.settings["ssl_cert"] ?? ""]
        },
        StringKey(key: "pgpool.tls.key", yaml: specText("pgpool: {tls: {certificate: /c, key: @}}")) {
            [$0.settings["ssl_key"] ?? ""]
        },
        StringKey(key: "pgpool.owner", yaml: specText("pgpool: {owner: @}")) { _ in [] },
        StringKey(key: "pgpool.parameters key", yaml: specText("pgpool: {parameters: {@: on}}")) { _ in [] },
        StringKey(key: "health.checks", yaml: specText("health: {checks: [@]}")) { [$0.doctor.checks[0].query] },
        StringKey(
            key: "health.checks value", yaml: specText("health: {checks: [{query: q, operator: '<', value: @}]}")
        ) { [$0.doctor.checks[0].expected ?? ""] },
        StringKey(
            key: "health.checks query", yaml: specText("health: {checks: [{query: @, operator: '<', value: v}]}")
        ) { [$0.doctor.checks[0].query] },
        StringKey(key: "image.name", yaml: specText("image: {name: @}")) { _ in [] },
        StringKey(key: "image.tags", yaml: specText("image: {tags: {@: @}}")) { _ in [] },
    ]

    /// Either a diagnostic, or every file reads back with the text where it was meant and nothing else changed.
    @Test(arguments: keys)
    func aStringOfTheSpecNeverLeavesItsPlace(_ key: StringKey) throws {
        let templates = try TemplateSet(Templates.all)
        var nasty = Nasty(seed: 42)
        // Texts that are legal under the key give the outline that every other one must have.
        let legal = ["/legal/path", "legal.name", "10.9.8.0/24"]
        let outlines = legal.compactMap { text in
            rendering(key.yaml.replacing("@", with: text), templates: templates).map {
                ReadBack($0).outline(without: text)
            }
        }
        var carried = 0
        for _ in 0..<(120 * longFactor) {
            var text = nasty.text()
            if key.key.hasPrefix("pgpool.tls") || key.key.hasSuffix("ca_dir"), nasty.pick([true, true, false]) {
                text = "/" + text
            }
            guard let rendering = rendering(key.yaml.replacing("@", with: yamlQuoted(text)), templates: templates)
            else {
                continue
            }
            carried += 1
            let read = ReadBack(rendering)
            for found in key.found(read) {
                #expect(
                    Array(found.utf8) == Array(text.utf8)
                        || key.isEndpoint && (try? Endpoint.parse(text).host) == found,
                    "\(text.debugDescription) reads as \(found.debugDescription)")
            }
            // What is a word of the rendering anyway cannot be told from it.
            guard !outlines.isEmpty, !key.isEndpoint, !ReadBack.words.contains(text) else { continue }
            #expect(outlines.contains(read.outline(without: text)), "\(text.debugDescription)")
        }
        if key.key.hasPrefix("auth.users[0].name") || key.key == "aurora.database" { #expect(carried > 10) }
    }

    /// Passwords are carried whole or refused, in both files.
    @Test func aPasswordNeverLeavesItsPlace() throws {
        let templates = try TemplateSet(Templates.all)
        let outline = try ReadBack(#require(rendering(specText(), templates: templates))).outline(without: "secret")
        var nasty = Nasty(seed: 7)
        for text in awkwardPasswords + (0..<(300 * longFactor)).map({ _ in nasty.text() }) {
            guard let rendering = rendering(specText(), password: text, templates: templates) else {
                let isLegal =
                    !text.isEmpty && text.utf8.count <= 124 && !text.utf8.contains { [0, 10, 13].contains($0) }
                #expect(!isLegal, "\(text.debugDescription)")
                continue
            }
            let read = ReadBack(rendering)
            #expect(read.users.map { Array($0.password.utf8) } == [Array(text.utf8)], "\(text.debugDescription)")
            #expect(read.pass.map { Array($0[4].utf8) } == [Array(text.utf8)], "\(text.debugDescription)")
            guard !ReadBack.words.contains(text) else { continue }
            #expect(read.outline(without: text) == outline, "\(text.debugDescription)")
        }
    }
}

@Suite struct ParameterInjectionTests {
    /// Every parameter that takes text, in every series: refused, or written so that the reader finds it and its
    /// neighbours as they were meant.
    @Test(arguments: allSeries)
    func aStringParameterNeverLeavesItsLine(_ version: PgpoolVersion) throws {
        var nasty = Nasty(seed: UInt64(version.minor))
        var written = 0
        for parameter in Catalogue.shared.parameters(of: version) {
            for _ in 0..<(12 * longFactor) {
                let text = nasty.text()
                guard let value = try? parameter.type.parse(text),
                    let line = try? PgpoolConfFile.write(value, for: parameter)
                else { continue }
                written += 1
                let file = "# it's\nbefore = 'b' \n# [user] it's\n\(parameter.name) = \(line)\n# it's\nafter = 1\n"
                let contents = PgpoolConfFile.read(Array(file.utf8), file: "f")
                let expected = [("before", "b"), (parameter.name, value.text), ("after", "1")]
                #expect(contents.refusal == nil)
                #expect(contents.entries.map(\.key) == expected.map(\.0), "\(text.debugDescription)")
                #expect(
                    contents.entries.map { Array($0.value.utf8) } == expected.map { Array($0.1.utf8) },
                    "\(text.debugDescription)")
            }
        }
        #expect(written > 300)
    }

    /// The same by way of the spec and the whole rendering, for some parameters and texts of each series.
    @Test(arguments: allSeries)
    func aStringParameterOfTheSpecChangesNothingElse(_ version: PgpoolVersion) throws {
        let templates = try TemplateSet(Templates.all)
        var nasty = Nasty(seed: 100 + UInt64(version.minor))
        let plain = ReadBack(try #require(rendering(specText(), version, templates: templates)))
        let names = Catalogue.shared.parameters(of: version).filter { $0.type == .string || $0.type == .list }
            .map { $0.isIndexed ? $0.name + nasty.pick(["0", "1", "7"]) : $0.name }
        for name in names {
            let text = nasty.text()
            let yaml = specText("pgpool: {parameters: {\(name): \(yamlQuoted(text))}}")
            guard let rendering = rendering(yaml, version, templates: templates) else { continue }
            let read = ReadBack(rendering)
            let written = try #require(rendering.settings.all.first { $0.layer == .user && $0.location?.line == 3 })
            let isAdded = written.name == "app_name_redirect_preference_list"
            let value = isAdded && !text.contains("pgdoctor-replica:") ? "pgdoctor-replica:standby,\(text)" : text
            #expect(
                read.settings[written.name].map { Array($0.utf8) } == Array(value.utf8),
                "\(name) \(text.debugDescription)")
            var others = read.settings
            others[written.name] = plain.settings[written.name]
            #expect(others == plain.settings, "\(name) \(text.debugDescription)")
            #expect(read.hba.records == plain.hba.records)
            #expect(read.doctor.values == plain.doctor.values)
        }
    }
}
