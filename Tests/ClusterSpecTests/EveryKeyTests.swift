import ClusterSpec
import Diagnostics
import TestBasics
import Testing
import YAMLDocument

/// Every key of the spec by what it holds.
private enum EveryKey {
    static let values = [
        "aurora.writer", "aurora.reader", "aurora.port", "aurora.database", "aurora.instance_class",
        "aurora.max_connections", "aurora.readers", "aurora.other_clients", "aurora.tls.mode", "aurora.tls.ca_dir",
        "auth.mode", "pgpool.version", "pgpool.port", "pgpool.weights.writer", "pgpool.weights.reader",
        "pgpool.children", "pgpool.max_pool", "pgpool.tls.certificate", "pgpool.tls.key", "pgpool.owner",
        "fleet.instances", "fleet.surplus", "health.port", "health.user", "health.ec2.metrics",
        "health.ec2.replace", "health.ec2.replace_after", "health.ec2.drain", "image.provider", "image.region",
        "image.base", "image.architecture", "image.volume.size", "image.volume.encrypted", "image.volume.kms_key",
        "image.security_group", "image.public_ip", "image.name", "image.tags.team", "image.pgpool.tarball",
        "image.pgpool.rpm", "image.pgpool.package", "image.pgpool.sha256", "image.artifact.bucket",
        "image.artifact.url", "image.artifact.sha256", "image.deadline", "image.test",
        "image.publish.ssm_parameter", "image.publish.deprecate_after", "image.publish.keep",
    ]
    static let lists = [
        "auth.users", "pgpool.allow", "health.checks", "image.instance_types", "image.subnets",
        "image.publish.copy_to", "image.publish.share_with",
    ]
    static let sections: [(key: String, keys: String)] = [
        ("aurora", "writer, reader, port, database, instance_class, max_connections, readers, other_clients, tls"),
        ("aurora.tls", "mode, ca_dir"), ("auth", "mode, users"),
        ("pgpool", "version, port, weights, children, max_pool, allow, tls, parameters, owner"),
        ("pgpool.weights", "writer, reader"), ("pgpool.tls", "certificate, key"), ("fleet", "instances, surplus"),
        (
            "health",
            "port, user, checks, listen_addresses, status_networks, interval, timeout, unhealthy_after, healthy_after, writer_away, heal, ec2"
        ),
        ("health.ec2", "metrics, replace, replace_after, drain"),
        (
            "image",
            "provider, region, base, architecture, instance_types, subnets, volume, security_group, public_ip, name, "
                + "tags, pgpool, artifact, deadline, test, publish"
        ),
        ("image.volume", "size, encrypted, kms_key"), ("image.pgpool", "tarball, rpm, package, sha256"),
        ("image.artifact", "bucket, url, sha256"),
        ("image.publish", "ssm_parameter, copy_to, share_with, deprecate_after, keep"),
    ]

    /// A spec with one key, and where its value stands.
    static func spec(_ key: String, _ value: String) -> (text: String, place: String) {
        let parts = key.split(separator: ".")
        let head = parts.map { "{\($0): " }.joined()
        return (head + value + String(repeating: "}", count: parts.count), "c:1:\(head.utf8.count + 1)")
    }

    /// Whether a spec with this value has exactly this finding, whatever else is said of it.
    static func has(_ key: String, _ value: String, _ message: String, note: String? = nil) -> Bool {
        let (text, place) = spec(key, value)
        let first = "\(place): error: [\(key)] \(message)"
        let expected = note.map { "\(first)\n\(place): note: \($0)" } ?? first
        return (findings(in: text) + "\n").contains(expected + "\n")
    }
}

@Suite struct EveryKeyTests {
    @Test(arguments: EveryKey.values)
    func aValueIsNeitherAListNorKeysNorNothing(_ key: String) {
        #expect(EveryKey.has(key, "[x]", "expected one value, found a list"))
        #expect(EveryKey.has(key, "{x: y}", "expected one value, found keys with values"))
        for null in ["~", "null", "NULL"] {
            #expect(
                EveryKey.has(
                    key, null, "has no value",
                    note: "write one after the colon, or remove the line to get the default"))
        }
    }

    @Test(arguments: EveryKey.lists)
    func aListIsNeitherAValueNorKeys(_ key: String) {
        let name = key.split(separator: ".").last ?? ""
        let note = "write `\(name): [first, second]`, or one item a line, each after `- `"
        #expect(EveryKey.has(key, "x", "expected a list, found a single value", note: note))
        #expect(EveryKey.has(key, "{x: y}", "expected a list, found keys with values", note: note))
    }

    @Test(arguments: EveryKey.sections)
    func aSectionIsNeitherAValueNorAList(_ key: String, _ keys: String) {
        let note = "the keys are \(keys)"
        #expect(EveryKey.has(key, "x", "expected keys with values here, found a single value", note: note))
        #expect(EveryKey.has(key, "[x]", "expected keys with values here, found a list", note: note))
    }

    @Test(arguments: EveryKey.sections)
    func aSectionHasNoOtherKeys(_ key: String, _ keys: String) {
        let (text, place) = EveryKey.spec(key, "{zzzzzzzz: 1}")
        let column = (place.split(separator: ":").last.flatMap { Int($0) } ?? 0) + 1
        #expect(
            findings(in: text).contains(
                "c:1:\(column): error: [\(key).zzzzzzzz] unknown key\nc:1:\(column): note: the keys here are \(keys)"))
    }

    /// What is not shaped as a spec is never more than wrong, and each error has its place.
    @Test func noSpecOfAnyShapeIsMoreThanWrong() {
        var generator = SeededGenerator(seed: 11)
        let scraps = [
            "x", "''", "0", "-1", "99999999999999999999", "1.5", "true", "~", "[]", "{}", "[[]]", "[~]", "[{}]",
            "{a: {b: c}}", "\"\\u0001\"", "'a b'", "10.0.0.0/8", "4.5.12", "/x", "https://h", "[x, y, x]", "90s",
            "[{name: a, secret: s}, {name: a, secret: s}]", "[{query: q, operator: '<'}]", "\"\\U0001F600\"",
            String(repeating: "9", count: 400), String(repeating: "é", count: 300),
        ]
        let keys = EveryKey.values + EveryKey.lists + EveryKey.sections.map(\.key)
        for _ in 0..<2_000 {
            let key = keys[Int.random(in: keys.indices, using: &generator)]
            let scrap = scraps[Int.random(in: scraps.indices, using: &generator)]
            guard let document = try? YAMLDocument(parsing: Array(EveryKey.spec(key, scrap).text.utf8), file: "c")
            else { continue }
            for finding in ClusterSpec.read(document).findings where finding.key != "auth.users" {
                #expect(finding.location != nil, "\(key): \(scrap): \(finding)")
                #expect(!finding.message.isEmpty && finding.message.count < 300, "\(key): \(scrap): \(finding)")
            }
        }
    }
}
