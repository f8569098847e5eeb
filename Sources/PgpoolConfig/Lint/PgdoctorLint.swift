import ClusterSpec
import Diagnostics

/// pgdoctor.cfg: what the C pgdoctor crashes on, cuts, or takes for SQL.
struct PgdoctorLint {
    let file: LintInput.File
    /// The port in pgpool.conf, if that file is there.
    let poolPort: String?
    let hasPassFile: Bool

    /// What the load balancer waits for an answer, in seconds.
    private static let balancerTimeout = 5

    func run() -> [Diagnostic] {
        let contents = PgdoctorFile.read(file.bytes)
        var findings = contents.fatalLines.map {
            report(.error, $0, "check", "the C pgdoctor stops at start: a check is \"SQL\" or \"SQL\" = \"value\"")
        }
        for (number, line) in lines(of: file.bytes) { findings += judge(String(decoding: line, as: UTF8.self), number) }
        for key in PgdoctorFile.keys where contents.values[key] == nil {
            findings.append(report(.error, 1, key, "is missing: the C pgdoctor has no default and reads garbage"))
        }
        for check in contents.checks {
            guard let symbol = check.symbol, !symbol.isEmpty, !["=", "<", ">"].contains(symbol) else { continue }
            findings.append(
                report(
                    .error, check.line, "check",
                    "'\(Parse.excerpt(symbol))' is no operator, and the check always passes",
                    "operators are =, < and >"))
        }
        return findings + judge(contents)
    }

    private func report(
        _ severity: Severity, _ line: Int, _ key: String, _ message: String, _ notes: String...
    ) -> Diagnostic {
        Diagnostic(severity, at: file.at(line), key: key, message, notes: notes)
    }

    /// One line as it stands, before the program cuts it.
    private func judge(_ text: String, _ number: Int) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if text.utf8.count > PgdoctorFile.longestLine {
            findings.append(
                report(
                    .error, number, "line",
                    "is longer than \(PgdoctorFile.longestLine) bytes; the rest is read as a line of its own"))
        }
        let pieces = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = pieces[0].filter { !$0.isWhitespace }.lowercased()
        guard !key.hasPrefix("#"), pieces.count == 2 else { return findings }
        let raw = pieces[1]
        if key == PgdoctorFile.dropped {
            findings.append(
                report(.error, number, key, "Amazon Linux's pgdoctor takes this line for an SQL check, which fails"))
        } else if !PgdoctorFile.keys.contains(key) {
            guard !key.contains("\"") else { return findings }
            let note = nearestName(to: key, in: PgdoctorFile.keys).map { "did you mean \($0)?" }
            findings.append(
                Diagnostic(
                    .error, at: file.at(number), key: Parse.excerpt(key),
                    "is no key, so the whole line is taken for an SQL check, which fails",
                    notes: note.map { [$0] } ?? []))
        } else if key == "pg_password" {
            findings += judgePassword(raw, number)
        } else if raw.contains("#") || raw.contains("=") {
            findings.append(report(.error, number, key, "the value is cut at its # or ="))
        }
        return findings
    }

    /// What of a password never reaches the server; nothing of it is repeated.
    private func judgePassword(_ raw: Substring, _ number: Int) -> [Diagnostic] {
        let text = raw.drop(while: \.isWhitespace)
        guard !text.isEmpty, text.trimmingSuffix(while: \.isWhitespace) != "''" else { return [] }
        let mend = "write pg_password = '' and put the password into the file that PGPASSFILE names"
        var findings = file.openFinding("it holds a password")
        let breakers: [(Bool, String)] = [
            (text.contains("#"), "a # cuts the password"), (text.contains("="), "an = cuts the password"),
            (text.contains("\\"), "a \\ is eaten from the password"),
            (text.hasPrefix("'"), "a quote at the start is taken for the start of a quoted string"),
            (text.trimmingSuffix(while: \.isWhitespace).contains(where: \.isWhitespace), "a blank ends the password"),
        ]
        for (isThere, message) in breakers where isThere {
            findings.append(
                report(.error, number, "pg_password", "\(message), so the health check never logs in", mend))
        }
        findings.append(
            report(.warning, number, "pg_password", "the C pgdoctor writes the password to syslog", mend))
        return findings
    }

    private func judge(_ contents: PgdoctorFile.Contents) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for key in ["http_port", "pg_port", "pg_connection_timeout"] {
            guard let text = contents.values[key] else { continue }
            guard let number = Int(text), number > 0 else {
                findings.append(
                    report(
                        .error, line(of: key), key,
                        text.isEmpty ? "is empty, which crashes the C pgdoctor" : "is not a number"))
                continue
            }
            if key == "pg_connection_timeout", number >= PgdoctorLint.balancerTimeout {
                findings.append(
                    report(
                        .error, line(of: key), key,
                        "\(number) s is not below the \(PgdoctorLint.balancerTimeout) s that the load balancer waits",
                        "use 3"))
            }
        }
        if let port = contents.values["pg_port"], let poolPort, port != poolPort {
            findings.append(
                report(
                    .error, line(of: "pg_port"), "pg_port",
                    "is \(Parse.excerpt(port)), but pgpool listens on \(poolPort)"))
        }
        if let database = contents.connectionValue("pg_database"), Aurora.neverPooled.contains(database) {
            findings.append(
                report(
                    .warning, line(of: "pg_database"), "pg_database", "pgpool never pools connections to '\(database)'",
                    "use the application's own database"))
        }
        if let password = contents.values["pg_password"], password.isEmpty {
            findings.append(
                report(
                    .error, line(of: "pg_password"), "pg_password",
                    "is empty, so libpq takes the next word for the password", "write pg_password = ''"))
        }
        let length = PgdoctorFile.keys.dropFirst(2).map {
            ($0 == "pg_database" ? 7 : $0.utf8.count - 2) + (contents.values[$0]?.utf8.count ?? 0)
        }
        .reduce("sslmode=disable".utf8.count, +)
        if length > PgdoctorFile.longestConnectionString {
            findings.append(
                report(
                    .error, 1, "pg_host",
                    "the connection string is longer than \(PgdoctorFile.longestConnectionString) bytes and is cut"))
        }
        return findings
    }

    private func line(of key: String) -> Int {
        lines(of: file.bytes).last { _, bytes in
            String(decoding: bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self).filter { !$0.isWhitespace }
                .lowercased() == key
        }?.number ?? 1
    }
}

extension StringProtocol {
    /// Without the characters at the end that satisfy `test`.
    fileprivate func trimmingSuffix(while test: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, test(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
