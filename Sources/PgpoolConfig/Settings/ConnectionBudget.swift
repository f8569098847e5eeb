package import ClusterSpec
package import Diagnostics

/// How many connections a fleet of poolers may open, and how many it would.
///
/// Each pool entry of each child opens one connection to *every* backend slot. With at most one reader every slot may
/// end at the writer: the reader endpoint resolves to it when the reader is gone. With more readers the slots beside the
/// writer's may all end at the last reader that survives.
package struct ConnectionBudget: Sendable {
    /// What is kept for `superuser_reserved_connections` (PostgreSQL's default).
    package static let superuserReserve = 3
    /// What AWS's own automation takes (Aurora user guide).
    package static let automationReserve = 3
    /// Connections of one instance's probes that do not go through the pool's own entries.
    package static let probesPerInstance = 1

    /// `max_connections` of one database instance.
    package var maxConnections: Int
    /// What `maxConnections` is called in messages: `db.t3.medium`, or `aurora.max_connections`.
    package var source: String
    /// Instances that may hold connections at once.
    package var instances: Int
    package var maxPool: Int
    /// How many of the backend slots may end at one server.
    package var shares: Int
    /// Whether that server is the writer, and not a reader.
    package var isWriterTheTightest: Bool
    package var otherClients: Int

    /// The budget of a spec; nil when the spec says neither the instance class nor `max_connections`.
    package init?(_ spec: ClusterSpec, maxPool: Int, backends: Int = 2) {
        if let measured = spec.aurora.maxConnections {
            maxConnections = measured.value
            source = "aurora.max_connections"
        } else if let instanceClass = spec.aurora.instanceClass,
            let connections = InstanceClass.maxConnections(instanceClass.value)
        {
            maxConnections = connections
            source = instanceClass.value
        } else {
            return nil
        }
        instances = spec.fleet.total
        self.maxPool = maxPool
        let hasOneReaderAtMost = spec.aurora.readers.value <= 1
        shares = hasOneReaderAtMost ? backends : max(1, backends - 1)
        isWriterTheTightest = hasOneReaderAtMost || backends == 2
        otherClients = spec.aurora.otherClients.value
    }

    /// What is not pgpool's to use.
    package var reserved: Int {
        instances * ConnectionBudget.probesPerInstance + otherClients + ConnectionBudget.superuserReserve
            + ConnectionBudget.automationReserve
    }

    /// The connections that `children` need on one server at worst, without what is reserved.
    package func connections(children: Int) -> Int { shares * instances * children * maxPool }

    /// The most children that fit; 0 or less when none does.
    package var mostChildren: Int {
        let perChild = shares * instances * maxPool
        return max(0, maxConnections - reserved) / perChild
    }

    /// Why `children` do not fit, with the numbers; nil when they do.
    package func refusal(children: Int, at location: SourceLocation?, key: String) -> Diagnostic? {
        guard children > mostChildren else { return nil }
        let needed = connections(children: children)
        let pool = maxPool == 1 ? "" : " × max_pool \(maxPool)"
        return Diagnostic(
            .error, at: location, key: key,
            "num_init_children \(children)\(pool) needs \(grouped(needed)) \(isWriterTheTightest ? "writer" : "reader") connections for \(instances) instances; "
                + "\(source) allows \(grouped(maxConnections)), of which \(grouped(reserved)) are kept back",
            notes: notes)
    }

    /// How the bound comes about, and what to change.
    package var notes: [String] {
        var notes = [mostChildren < 1 ? "none fit" : "at most \(grouped(mostChildren)) fit"]
        notes.append(
            "\(grouped(reserved)) connections are kept back: \(instances * ConnectionBudget.probesPerInstance) for probes, "
                + "\(otherClients) for other clients (aurora.other_clients), \(ConnectionBudget.superuserReserve) for "
                + "superusers, \(ConnectionBudget.automationReserve) for AWS")
        if isWriterTheTightest, shares > 1 {
            notes.append(
                "with at most one reader (aurora.readers) the reader endpoint resolves to the writer when that reader "
                    + "is gone, so each child counts \(shares == 2 ? "twice" : "\(shares) times") there")
        }
        return notes
    }

    private func grouped(_ number: Int) -> String {
        var text = ""
        for (offset, digit) in String(number).reversed().enumerated() {
            if offset > 0, offset % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
