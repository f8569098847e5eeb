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
        // Zone rebalancing may exceed the maximum by a tenth, and by one at least (AWS, Auto Scaling user guide).
        surplus = section.value(
            "surplus", default: max(1, (instances.value + 9) / 10), Parse.int(in: 0...10_000))
    }
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

    init(_ top: Section, users: [Auth.User]) {
        let section = top.section("health", keys: ["port", "user", "checks"])
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
        if let items = section.items("checks") {
            checks = items.compactMap { Check($0.node, path: $0.name, section) }
        } else {
            checks = [Check(query: Setting("SELECT 1"), comparison: nil)]
        }
    }
}
