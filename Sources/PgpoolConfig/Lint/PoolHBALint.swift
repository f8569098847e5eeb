import ClusterSpec
import Diagnostics

/// pool_hba.conf: what makes pgpool drop the whole file, and lines that can never match.
struct PoolHBALint {
    let file: LintInput.File
    /// pgpool.conf, if it is there.
    let settings: PgpoolConfLint?
    let users: [PoolPasswdFile.Entry]

    func run() -> [Diagnostic] {
        let contents = PoolHBAFile.read(file.bytes, file: file.path)
        var findings = contents.refusals.map { refusal in
            var refusal = refusal
            refusal.notes.append("with one bad line pgpool drops the whole file and refuses every client")
            return refusal
        }
        if let settings, !settings.isOn("enable_pool_hba") {
            findings.append(
                Diagnostic(
                    .error, at: file.at(1), key: "enable_pool_hba", "is off, so this file is dead text",
                    notes: ["enable_pool_hba = on"]))
        }
        for (index, record) in contents.records.enumerated() {
            findings += judge(record)
            if let earlier = contents.records[..<index].first(where: { covers($0, record) }) {
                findings.append(
                    finding(.warning, record, "can never match: line \(earlier.line) takes all that it would"))
            }
        }
        return findings
    }

    private func finding(
        _ severity: Severity, _ record: PoolHBAFile.Record, _ message: String, _ notes: String...
    ) -> Diagnostic {
        Diagnostic(severity, at: file.at(record.line), key: record.type, message, notes: notes)
    }

    private func judge(_ record: PoolHBAFile.Record) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if record.type == "hostssl", let settings {
            if !settings.isOn("ssl") {
                findings.append(finding(.error, record, "can never match: ssl is off in pgpool.conf"))
            } else if settings.value("ssl_cert")?.isEmpty ?? true {
                findings.append(
                    finding(
                        .error, record,
                        "can never match: pgpool has no certificate (ssl_cert), so no client comes by TLS"))
            }
        }
        for token in record.databases + record.users where token.isQuoted && token.text == "all" {
            findings.append(
                finding(
                    .warning, record, "\"all\" in quotes is a name like any other, and means nobody else",
                    "write all without quotes"))
        }
        if let group = record.users.first(where: { !$0.isQuoted && $0.text.hasPrefix("+") }) {
            findings.append(
                finding(.error, record, "can never match: pgpool knows no groups (\(Parse.excerpt(group.text)))"))
        }
        if record.databases.contains(where: { !$0.isQuoted && ["samegroup", "samerole"].contains($0.text) }) {
            findings.append(finding(.error, record, "can never match: pgpool knows neither samegroup nor samerole"))
        }
        findings += judgeMethod(record)
        if let address = record.address, !address.isQuoted, let network = try? CIDRBlock.parse(address.text),
            network.hasHostBits
        {
            findings.append(finding(.warning, record, "\(network.description) means the whole network"))
        }
        return findings
    }

    private func judgeMethod(_ record: PoolHBAFile.Record) -> [Diagnostic] {
        switch record.method {
        case "trust" where record.type != "local":
            return [finding(.warning, record, "lets everybody in without a password", "use scram-sha-256")]
        case "password" where record.type != "hostssl":
            return [
                finding(
                    .error, record, "asks for the password in clear text without TLS", "use hostssl, or scram-sha-256")
            ]
        case "md5", "scram-sha-256":
            let names = record.users.filter { $0.text != "all" || $0.isQuoted }.map(\.text)
            let concerned = users.filter { names.isEmpty || names.contains($0.user) }
            guard record.method == "scram-sha-256",
                let bad = concerned.first(where: { if case .md5 = $0.secret { true } else { false } })
            else { return [] }
            return [
                finding(
                    .error, record,
                    "'\(Parse.excerpt(bad.user))' has an MD5 entry in pool_passwd, which cannot serve SCRAM",
                    "write its password with the prefix TEXT")
            ]
        default: return []
        }
    }

    /// Whether every client that `later` is for is already taken by `earlier`.
    private func covers(_ earlier: PoolHBAFile.Record, _ later: PoolHBAFile.Record) -> Bool {
        let isTypeCovered = earlier.type == later.type || (earlier.type == "host" && later.type != "local")
        guard isTypeCovered, coversNames(earlier.databases, later.databases), coversNames(earlier.users, later.users)
        else { return false }
        guard let outer = earlier.address, let inner = later.address else {
            return earlier.address == nil && later.address == nil
        }
        if !outer.isQuoted, outer.text == "all" { return true }
        if outer == inner, earlier.mask == later.mask { return true }
        guard earlier.mask == nil, later.mask == nil, let big = try? CIDRBlock.parse(outer.text),
            let small = try? CIDRBlock.parse(inner.text), big.isIPv6 == small.isIPv6,
            big.prefixLength <= small.prefixLength, let bigBytes = CIDRBlock.addressBytes(big.address),
            let smallBytes = CIDRBlock.addressBytes(small.address)
        else { return false }
        return (0..<big.prefixLength).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bigBytes[bit / 8] & mask == smallBytes[bit / 8] & mask
        }
    }

    private func coversNames(_ outer: [PoolHBAFile.Token], _ inner: [PoolHBAFile.Token]) -> Bool {
        if outer.contains(where: { !$0.isQuoted && $0.text == "all" }) { return true }
        return inner.allSatisfy(outer.contains)
    }
}
