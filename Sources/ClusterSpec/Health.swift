import Diagnostics
import YAMLDocument

/// `fleet:`, how many instances share the database.
package struct Fleet: Sendable {
    /// The Auto Scaling group's maximum.
    package var instances: Setting<Int>
    /// Instances beyond it: those that drain, and zone rebalancing.
    package var surplus: Setting<Int>

    /// How many instances may hold connections at once.
    package var total: Int { instances.value + surplus.value }

    init(_ top: Section) {
        let section = top.section("fleet", keys: ["instances", "surplus"])
        instances = section.value("instances", default: 4, Parse.int(in: 1...10_000))
        surplus = section.value(
            "surplus", default: Fleet.usualSurplus(instances: instances.value), Parse.int(in: 0...10_000))
    }

    /// The surplus where none is given: zone rebalancing may exceed the maximum by a tenth, and by one at least (AWS, Auto
    /// Scaling user guide).
    package static func usualSurplus(instances: Int) -> Int { max(1, (instances + 9) / 10) }
}

/// `health:`, what the load balancer asks.
package struct Health: Sendable {
    /// A question in SQL whose answer decides.
    package struct Check: Sendable {
        package enum Operator: String, CaseIterable, Sendable {
            case equal = "="
            case less = "<"
            case greater = ">"
        }
        package var query: Setting<String>
        /// What the answer is compared with; nil when it is enough that the query succeeds.
        package var comparison: (operator: Operator, value: String)?
    }

    package var port: Setting<Int>
    /// The user that probes log in as, by default the first one, at its own place; nil when there are no users.
    package var user: Setting<String>?
    package var checks: [Check]
    /// The addresses to listen on; empty for all.
    package var listenAddresses: [Setting<String>]
    /// Who may see `/metrics` and `/status`; empty for everybody.
    package var statusNetworks: [Setting<CIDRBlock>]
    /// How often each probe runs, and so how old an answer may be.
    package var interval: Setting<Duration>
    /// The bound of one probe.
    package var timeout: Setting<Duration>
    /// How long something must be wrong before the answer changes; what is certain, such as a dead process, does not wait.
    package var unhealthyAfter: Setting<Duration>
    /// How long everything must be right again before the answer changes back.
    package var healthyAfter: Setting<Duration>
    /// What `/ready` says while the writer is away.
    package var writerAway: Setting<WriterAway>
    /// Whether stale pooled connections are dropped after a failover.
    package var heal: Setting<Bool>
    /// What the doctor does besides on an instance of the stack; nil elsewhere.
    package var ec2: EC2?

    package enum WriterAway: String, CaseIterable, Sendable {
        case ready
        case unready
    }

    private static let keys = [
        "port", "user", "checks", "listen_addresses", "status_networks", "interval", "timeout", "unhealthy_after",
        "healthy_after", "writer_away", "heal", "ec2",
    ]

    init(_ top: Section, users: [Auth.User]) {
        let section = top.section("health", keys: Health.keys)
        port = section.value("port", default: 8071, Parse.int(in: 1...65535))
        user = section.value("user", Parse.postgresName)
        if let user, !users.contains(where: { $0.name.value == user.value }) {
            let names = users.map(\.name.value)
            section.findings.error(
                at: user.location, key: "health.user", "'\(Parse.excerpt(user.value))' is not one of auth.users",
                notes: nearestName(to: user.value, in: names).map { ["did you mean \($0)?"] }
                    ?? ["add it there, so that its password is known"])
        }
        user = user ?? users.first?.name
        listenAddresses = section.list("listen_addresses", Parse.address) ?? []
        statusNetworks = section.list("status_networks", CIDRBlock.parse) ?? []
        interval = section.value(
            "interval", default: .seconds(1), Parse.duration(in: .milliseconds(100) ... .seconds(60)))
        timeout = section.value(
            "timeout", default: .seconds(2), Parse.duration(in: .milliseconds(100) ... .seconds(60)))
        unhealthyAfter = section.value(
            "unhealthy_after", default: .seconds(3), Parse.duration(in: .milliseconds(1) ... .seconds(600)))
        healthyAfter = section.value(
            "healthy_after", default: .seconds(2), Parse.duration(in: .milliseconds(1) ... .seconds(600)))
        writerAway = section.value("writer_away", default: .ready, Parse.word(WriterAway.self))
        heal = section.value("heal", default: true, Parse.bool)
        ec2 = EC2(section)
        if let items = section.items("checks") {
            checks = items.compactMap { Check($0.node, path: $0.name, section) }
        } else {
            checks = [Check(query: Setting("SELECT 1"), comparison: nil)]
        }
    }
}
