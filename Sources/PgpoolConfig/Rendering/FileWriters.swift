import ClusterSpec
import Diagnostics
import TemplateEngine

struct PgpoolConfWriter: FileWriter {
    let settings: Settings
    var name: String { PgpoolConfFile.name }

    func model() throws(DiagnosticsError) -> [String: TemplateValue] {
        var builder = ModelBuilder()
        var items: [Topic: [[String: TemplateValue]]] = [:]
        for setting in settings.all {
            let value = builder.text(at: setting.location, key: setting.key) { () throws(Malformed) in
                try PgpoolConfFile.write(setting.value, for: setting.parameter)
            }
            items[setting.topic, default: []].append([
                "key": .text(setting.name), "value": value, "layer": .text(setting.layer.rawValue),
                "reason": comment(setting.reason),
            ])
        }
        var model: [String: TemplateValue] = ["version": .text(settings.version.series)]
        for topic in Topic.allCases {
            let topicItems = items[topic] ?? []
            model[topic.rawValue] = .list(topicItems.isEmpty ? [] : [["settings": .list(topicItems)]])
        }
        return try builder.finish(model)
    }

    func difference(in text: String) -> String? {
        let contents = PgpoolConfFile.read(Array(text.utf8), file: name)
        if let refusal = contents.refusal { return refusal.description }
        let meant = Dictionary(settings.all.map { ($0.name, $0.value.text) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        for entry in contents.entries {
            guard let value = meant[entry.key] else { return "\(entry.key) was not meant to be there" }
            guard value == entry.value else { return "\(entry.key) reads '\(Parse.excerpt(entry.value))'" }
            guard seen.insert(entry.key).inserted else { return "\(entry.key) is there twice" }
        }
        return settings.all.first { !seen.contains($0.name) }.map { "\($0.name) is missing" }
    }
}

struct PoolHBAWriter: FileWriter {
    let spec: ClusterSpec
    var name: String { PoolHBAFile.name }

    private struct Line {
        var comment: String
        var type: String
        /// nil for every database or user.
        var database: String?
        var user: String?
        var address: String
        var method: String
    }

    private var lines: [Line] {
        var lines: [Line] = []
        if let user = spec.health.user {
            lines.append(
                Line(
                    comment: "the health check, from this instance alone, without TLS", type: "host",
                    database: spec.aurora.database.value, user: user.value, address: "127.0.0.1/32",
                    method: "scram-sha-256"))
        }
        let type = spec.pgpool.tls == nil ? "host" : "hostssl"
        for network in spec.pgpool.allow {
            let (method, comment): (String, String) =
                switch (spec.auth.mode.value, spec.pgpool.tls == nil) {
                case (.passthrough, _):
                    ("password", "clients by TLS; Aurora checks the password of users not in pool_passwd")
                case (.scram, true): ("scram-sha-256", "clients without TLS; the password is in pool_passwd")
                case (.scram, false): ("scram-sha-256", "clients by TLS; the password is in pool_passwd")
                }
            lines.append(
                Line(comment: comment, type: type, address: network.value.description, method: method))
        }
        if lines.isEmpty {
            lines.append(
                Line(
                    comment: "there are no users and no networks, so nobody gets in", type: "host",
                    address: "127.0.0.1/32", method: "reject"))
        }
        return lines
    }

    private func field(_ name: String?) throws(Malformed) -> String {
        guard let name else { return "all" }
        return try PoolHBAFile.write(name: name)
    }

    func model() throws(DiagnosticsError) -> [String: TemplateValue] {
        var builder = ModelBuilder()
        var items: [[String: TemplateValue]] = []
        for line in lines {
            items.append([
                "comment": comment(line.comment), "type": .text(line.type), "address": .text(line.address),
                "method": .text(line.method),
                "database": builder.text(at: spec.aurora.database.location, key: "aurora.database") {
                    () throws(Malformed) in try field(line.database)
                },
                "user": builder.text(at: spec.health.user?.location, key: "health.user") { () throws(Malformed) in
                    try field(line.user)
                },
            ])
        }
        return try builder.finish(["lines": .list(items)])
    }

    func difference(in text: String) -> String? {
        let contents = PoolHBAFile.read(Array(text.utf8), file: name)
        if let refusal = contents.refusals.first { return refusal.description }
        func token(_ name: String?) -> [PoolHBAFile.Token] {
            guard let name else { return [PoolHBAFile.Token(text: "all", isQuoted: false)] }
            let quoted = (try? PoolHBAFile.write(name: name))?.utf8.first == UInt8(ascii: "\"")
            return [PoolHBAFile.Token(text: name, isQuoted: quoted)]
        }
        guard contents.records.count == lines.count else {
            return "it has \(contents.records.count) records instead of \(lines.count)"
        }
        for (record, line) in zip(contents.records, lines) {
            guard record.type == line.type, record.databases == token(line.database), record.users == token(line.user),
                record.address?.text == line.address, record.mask == nil, record.method == line.method,
                record.options.isEmpty
            else { return "the record in line \(record.line) is another one" }
        }
        return nil
    }
}

struct PoolPasswdWriter: FileWriter {
    private let users: [(user: Auth.User, password: Password)]
    var name: String { PoolPasswdFile.name }
    var isSecret: Bool { true }

    init(_ input: RenderInput) {
        users = input.spec.auth.users.compactMap { user in input.passwords[user.name.value].map { (user, $0) } }
    }

    func model() throws(DiagnosticsError) -> [String: TemplateValue] {
        var builder = ModelBuilder()
        var items: [[String: TemplateValue]] = []
        for (user, password) in users {
            items.append([
                "user": builder.text(at: user.name.location, key: user.key) { () throws(Malformed) in
                    try PoolPasswdFile.write(user: user.name.value)
                },
                "password": builder.text(at: user.password.location, key: user.key) { () throws(Malformed) in
                    try PoolPasswdFile.write(password)
                },
            ])
        }
        return try builder.finish(["users": .list(items)])
    }

    func difference(in text: String) -> String? {
        let entries = PoolPasswdFile.read(Array(text.utf8))
        guard entries.count == users.count else { return "it has \(entries.count) entries instead of \(users.count)" }
        for (entry, meant) in zip(entries, users) {
            guard entry.user == meant.user.name.value else {
                return "the entry in line \(entry.line) is another user's"
            }
            guard case .clearText(let password) = entry.secret, password.clearText == meant.password.clearText else {
                return "the password in line \(entry.line) is another one"
            }
        }
        return nil
    }
}

struct PCPConfWriter: FileWriter {
    let hash: String
    var name: String { PCPConfFile.name }
    var isSecret: Bool { true }

    func model() throws(DiagnosticsError) -> [String: TemplateValue] {
        var builder = ModelBuilder()
        let hash = builder.text(at: nil, key: PCPConfFile.name) { () throws(Malformed) in
            try PCPConfFile.write(hash: self.hash)
        }
        return try builder.finish(["user": .text(PCPConfFile.user), "hash": hash])
    }

    func difference(in text: String) -> String? {
        let entries = PCPConfFile.read(Array(text.utf8))
        guard entries.count == 1, entries[0].user == PCPConfFile.user, entries[0].hash == hash else {
            return "it does not have the one user that can log in"
        }
        return nil
    }
}

struct PgdoctorWriter: FileWriter {
    let spec: ClusterSpec
    var name: String { PgdoctorFile.name }

    /// Seconds that the C program gives a connection; the load balancer waits for five.
    private static let connectionTimeout = 3
    private static let host = "127.0.0.1"

    /// The keys with their values as meant and the place that decides them.
    private var values: [(key: String, value: String, location: SourceLocation?, specKey: String)] {
        [
            ("http_port", String(spec.health.port.value), nil, ""),
            ("syslog_facility", "local7", nil, ""),
            ("pg_host", PgdoctorWriter.host, nil, ""),
            ("pg_port", String(spec.pgpool.port.value), nil, ""),
            ("pg_user", spec.health.user?.value ?? "", spec.health.user?.location, "health.user"),
            ("pg_password", "", nil, ""),
            ("pg_database", spec.aurora.database.value, spec.aurora.database.location, "aurora.database"),
            ("pg_connection_timeout", String(PgdoctorWriter.connectionTimeout), nil, ""),
        ]
    }

    /// Without a user there is nobody to ask as.
    private var checks: [Health.Check] { spec.health.user == nil ? [] : spec.health.checks }

    func model() throws(DiagnosticsError) -> [String: TemplateValue] {
        var builder = ModelBuilder()
        var settings: [[String: TemplateValue]] = []
        var connection: [String] = []
        for (key, value, location, specKey) in values {
            let text = builder.text(at: location, key: specKey) { () throws(Malformed) in
                let text = try PgdoctorFile.write(connectionValue: value)
                if key.hasPrefix("pg_") { connection.append(text) }
                return text
            }
            settings.append(["key": .text(key), "value": text])
        }
        _ = builder.text(at: spec.health.user?.location ?? spec.aurora.database.location, key: "health.user") {
            () throws(Malformed) in
            try PgdoctorFile.checkConnectionString(of: connection)
            return ""
        }
        var items: [[String: TemplateValue]] = []
        for check in checks {
            items.append([
                "check": builder.text(at: check.query.location, key: "health.checks") { () throws(Malformed) in
                    try PgdoctorFile.write(check)
                }
            ])
        }
        return try builder.finish(["settings": .list(settings), "checks": .list(items)])
    }

    func difference(in text: String) -> String? {
        let contents = PgdoctorFile.read(Array(text.utf8))
        guard contents.fatalLines.isEmpty else { return "line \(contents.fatalLines[0]) ends the C pgdoctor" }
        for (key, value, _, _) in values {
            // The C program reads numbers and the facility raw and hands the others to libpq.
            let isConnectionValue = key.hasPrefix("pg_") && !PgdoctorFile.numbers.contains(key)
            guard (isConnectionValue ? contents.connectionValue(key) : contents.values[key]) == value else {
                return "\(key) is another value"
            }
        }
        guard contents.values.count == values.count else { return "it has keys that were not meant" }
        let meant = checks.map {
            [$0.query.value, $0.comparison?.operator.rawValue ?? "", $0.comparison?.value ?? ""]
        }
        let found = contents.checks.map { [$0.query, $0.symbol ?? "", $0.expected ?? ""] }
        guard meant == found else { return "the checks are others" }
        return nil
    }
}

struct PassFileWriter: FileWriter {
    private let entries: [PassFile.Entry]
    private let userLocation: SourceLocation?
    /// The health user among `auth.users`.
    private let user: Auth.User?
    var name: String { PassFile.name }
    var isSecret: Bool { true }

    init(_ input: RenderInput) {
        userLocation = input.spec.health.user?.location
        self.user = input.spec.auth.users.first { $0.name.value == input.spec.health.user?.value }
        guard let user = input.spec.health.user?.value, let password = input.passwords[user] else {
            entries = []
            return
        }
        entries = [
            PassFile.Entry(
                host: "127.0.0.1", port: String(input.spec.pgpool.port.value),
                database: input.spec.aurora.database.value, user: user, password: password)
        ]
    }

    func model() throws(DiagnosticsError) -> [String: TemplateValue] {
        var builder = ModelBuilder()
        var items: [[String: TemplateValue]] = []
        for entry in entries {
            var item: [String: TemplateValue] = [:]
            let fields = [
                ("host", entry.host), ("port", entry.port), ("database", entry.database), ("user", entry.user),
            ]
            for (key, value) in fields {
                item[key] = builder.text(at: userLocation, key: "health.user") { () throws(Malformed) in
                    try PassFile.write(field: value)
                }
            }
            item["password"] = builder.text(at: user?.password.location, key: user?.key ?? "health.user") {
                () throws(Malformed) in
                try PassFile.write(entry.password)
            }
            items.append(item)
        }
        return try builder.finish(["entries": .list(items)])
    }

    func difference(in text: String) -> String? {
        let found = PassFile.read(Array(text.utf8))
        guard found.count == entries.count else { return "it has \(found.count) entries instead of \(entries.count)" }
        for (line, entry) in zip(found, entries) {
            guard line.fields == [entry.host, entry.port, entry.database, entry.user],
                line.password.clearText == entry.password.clearText
            else { return "an entry is another one" }
        }
        return nil
    }
}
