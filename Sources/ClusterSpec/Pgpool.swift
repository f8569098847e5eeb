package import Diagnostics
import YAMLDocument

/// `pgpool:`, the pooler on each instance.
package struct Pgpool: Sendable {
    package enum Children: Hashable, Sendable {
        /// As many as the connection budget allows.
        case auto
        case count(Int)
    }

    package struct Weights: Sendable {
        package var writer: Setting<Double>
        package var reader: Setting<Double>
    }

    /// What pgpool shows to clients that ask for TLS.
    package struct TLS: Sendable {
        package var certificate: Setting<String>
        package var key: Setting<String>
    }

    /// One entry of `parameters:`, as the user wrote it.
    package struct Parameter: Sendable {
        package var name: String
        package var nameLocation: SourceLocation
        package var value: Setting<Text>

        package init(name: String, nameLocation: SourceLocation, value: Setting<Text>) {
            self.name = name
            self.nameLocation = nameLocation
            self.value = value
        }

        /// One value, or a YAML list of items.
        package enum Text: Hashable, Sendable {
            case one(String)
            case items([String])
        }
    }

    package var version: Setting<PgpoolVersion>?
    package var port: Setting<Int>
    package var weights: Weights
    package var children: Setting<Children>
    package var maxPool: Setting<Int>
    /// The networks that clients come from.
    package var allow: [Setting<CIDRBlock>]
    package var tls: TLS?
    package var parameters: [Parameter]
    /// The user that owns the installed files and runs pgpool.
    package var owner: Setting<String>
    package static let defaultOwner = "pgpool"

    init(_ top: Section) {
        let keys = ["version", "port", "weights", "children", "max_pool", "allow", "tls", "parameters", "owner"]
        let section = top.section("pgpool", keys: keys)
        version = section.value("version", PgpoolVersion.parse)
        port = section.value("port", default: 9999, Parse.int(in: 1024...65535))
        let weights = section.section("weights", keys: ["writer", "reader"])
        self.weights = Weights(
            writer: weights.value("writer", default: 1, Parse.weight),
            reader: weights.value("reader", default: 10, Parse.weight))
        children = section.value("children", default: .auto) { text throws(Malformed) in
            text == "auto" ? .auto : .count(try Parse.int(in: 1...100_000)(text))
        }
        maxPool = section.value("max_pool", default: 1, Parse.int(in: 1...10_000))
        allow = section.list("allow", CIDRBlock.parse) ?? []
        for network in allow where network.value.hasHostBits {
            section.findings.warning(
                at: network.location, key: "pgpool.allow",
                "\(network.value.description) means the whole network: bits behind the prefix are ignored",
                notes: ["for the one address write \(network.value.address)/\(network.value.isIPv6 ? 128 : 32)"])
        }
        tls = TLS(section)
        parameters = Pgpool.parameters(section)
        owner = section.value("owner", default: Pgpool.defaultOwner, Parse.userName)
    }

    private static func parameters(_ section: Section) -> [Parameter] {
        guard let node = section.node("parameters") else { return [] }
        switch node.content {
        case .mapping(let entries):
            return entries.compactMap { entry in
                let path = "pgpool.parameters.\(entry.key)"
                guard let value = section.parameterValue(entry.value, name: path) else { return nil }
                return Parameter(name: entry.key, nameLocation: entry.keyLocation, value: value)
            }
        case .scalar(let scalar) where scalar.isNull: return []
        case .scalar, .sequence:
            section.findings.error(
                at: node.location, key: "pgpool.parameters", "expected parameters with values",
                notes: ["write one a line: `log_min_messages: info`"])
            return []
        }
    }
}

extension Pgpool.TLS {
    init?(_ pgpool: Section) {
        guard let node = pgpool.node("tls") else { return nil }
        let section = pgpool.section("tls", keys: ["certificate", "key"])
        guard case .mapping = node.content else { return nil }
        for name in ["certificate", "key"] where section.node(name) == nil {
            pgpool.findings.error(
                at: node.location, key: section.name(name), "is missing",
                notes: ["pgpool shows a certificate only with its key: give both"])
        }
        let certificate = section.value("certificate", Parse.absolutePath)
        let key = section.value("key", Parse.absolutePath)
        guard let certificate, let key else { return nil }
        self.init(certificate: certificate, key: key)
    }
}

extension Section {
    fileprivate func parameterValue(_ node: YAMLNode, name: String) -> Setting<Pgpool.Parameter.Text>? {
        switch node.content {
        case .scalar(let scalar):
            // An empty string is a value here: `failover_command: ''`.
            if scalar.isNull { return value(of: node, name: name) { .one($0) } }
            return Setting(.one(scalar.text), at: node.location)
        case .sequence(let items):
            let texts = items.enumerated().compactMap { index, item in
                value(of: item, name: "\(name)[\(index)]", Parse.text)?.value
            }
            return texts.count == items.count ? Setting(.items(texts), at: node.location) : nil
        case .mapping:
            findings.error(at: node.location, key: name, "expected one value, found keys with values")
            return nil
        }
    }
}

extension Parse {
    /// The name of a system user.
    static func userName(_ value: String) throws(Malformed) -> String {
        guard value.utf8.count <= 32, let first = value.utf8.first, first != UInt8(ascii: "-"),
            value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) })
        else { throw Malformed("'\(excerpt(value))' is not the name of a system user") }
        return value
    }
}
