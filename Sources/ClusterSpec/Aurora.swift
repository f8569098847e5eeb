package import Diagnostics

/// `aurora:`, the database cluster.
package struct Aurora: Sendable {
    /// How pgpool talks to Aurora.
    package struct TLS: Sendable {
        package enum Mode: String, CaseIterable, Sendable {
            case off
            case require
            case verifyCA = "verify-ca"
        }
        package var mode: Setting<Mode>
        /// A folder of CA certificates by their hashes, as `openssl rehash` makes it.
        package var caDirectory: Setting<String>
    }

    package var location: SourceLocation?
    package var writer: Setting<Endpoint>?
    package var reader: Setting<Endpoint>?
    /// The port of an endpoint that carries none.
    package var port: Setting<Int>
    package var database: Setting<String>
    package var instanceClass: Setting<String>?
    /// `SHOW max_connections` on one instance; wins over the instance class.
    package var maxConnections: Setting<Int>?
    /// How many readers the cluster has; with one or none the writer must be able to take their share.
    package var readers: Setting<Int>
    /// Connections of the writer that are kept for others than pgpool.
    package var otherClients: Setting<Int>
    package var tls: TLS

    init(_ top: Section) {
        let keys = [
            "writer", "reader", "port", "database", "instance_class", "max_connections", "readers", "other_clients",
            "tls",
        ]
        let section = top.section("aurora", keys: keys)
        location = section.location
        writer = section.value("writer", Endpoint.parse)
        reader = section.value("reader", Endpoint.parse)
        port = section.value("port", default: 5432, Parse.int(in: Endpoint.ports))
        database = section.value("database", default: "app", Parse.postgresName)
        instanceClass = section.value("instance_class", InstanceClass.parse)
        maxConnections = section.value("max_connections", Parse.int(in: 1...262_143))
        readers = section.value("readers", default: 1, Parse.int(in: 0...15))
        otherClients = section.value("other_clients", default: 10, Parse.int(in: 0...100_000))
        let tlsSection = section.section("tls", keys: ["mode", "ca_dir"])
        tls = TLS(
            mode: tlsSection.value("mode", default: .require, Parse.word(TLS.Mode.self)),
            caDirectory: tlsSection.value("ca_dir", default: "/etc/pgpool-aurora/ca", Parse.absolutePath))
        warnAboutDatabase(section.findings)
        warnAboutEndpoints(section.findings)
    }

    /// The databases whose sessions pgpool's connection_cache never pools.
    package static let neverPooled: Set<String> = ["postgres", "template0", "template1", "regression"]

    private func warnAboutDatabase(_ findings: Findings) {
        guard Aurora.neverPooled.contains(database.value) else { return }
        findings.warning(
            at: database.location, key: "aurora.database",
            "pgpool never pools connections to the database '\(database.value)'",
            notes: ["name the application's own database"])
    }

    private func warnAboutEndpoints(_ findings: Findings) {
        if let writer, let reader, writer.value.host.lowercased() == reader.value.host.lowercased(),
            writer.value.port ?? port.value == reader.value.port ?? port.value
        {
            findings.warning(
                at: reader.location, key: "aurora.reader",
                "is the same endpoint as aurora.writer, so reads are not taken off the writer")
        }
        if let writer, AuroraEndpointKind(host: writer.value.host) == .reader {
            findings.error(
                at: writer.location, key: "aurora.writer", "this is a reader endpoint (cluster-ro-)",
                notes: ["the writer endpoint has `.cluster-` in its name, without `ro-`"])
        }
        if let reader, reader.value != writer?.value, AuroraEndpointKind(host: reader.value.host) == .writer {
            findings.warning(
                at: reader.location, key: "aurora.reader",
                "this is a writer endpoint (.cluster-), so reads would land on the writer",
                notes: ["the reader endpoint has `.cluster-ro-` in its name"])
        }
        for (name, endpoint) in [("writer", writer), ("reader", reader)] {
            guard let endpoint, AuroraEndpointKind(host: endpoint.value.host) == .instance else { continue }
            findings.warning(
                at: endpoint.location, key: "aurora.\(name)",
                "this is the endpoint of one instance, which does not follow a failover",
                notes: ["use the cluster's \(name) endpoint"])
        }
    }
}

/// What Amazon's naming says of an endpoint.
package enum AuroraEndpointKind: Sendable {
    case writer
    case reader
    case custom
    case instance
    /// Not a name that RDS gives: an address, or a name of the user's own.
    case other

    /// Reads `NAME.cluster-ID.REGION.rds.amazonaws.com` and its kin, with China's `rds.REGION.amazonaws.com.cn`.
    package init(host: String) {
        let labels = host.lowercased().split(separator: ".")
        guard let service = labels.indices.dropFirst(2).first(where: { ["rds", "rds-fips"].contains(labels[$0]) }),
            labels[service...].contains("amazonaws")
        else {
            self = .other
            return
        }
        let kinds: [(String, AuroraEndpointKind)] = [
            ("cluster-ro-", .reader), ("cluster-custom-", .custom), ("cluster-", .writer), ("global-", .writer),
            ("proxy-", .other), ("shardgrp-", .other), ("endpoint", .other),
        ]
        self = kinds.first { labels[1].hasPrefix($0.0) }?.1 ?? .instance
    }
}
