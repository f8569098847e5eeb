/// The instance classes of Aurora PostgreSQL and how many connections they allow by default.
package enum InstanceClass {
    /// Checks the form of a class, such as `db.r6g.large`, and that its `max_connections` is known.
    static func parse(_ text: String) throws(Malformed) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "db" else {
            throw Malformed(
                "'\(Parse.excerpt(text))' is not a DB instance class", notes: ["write one such as db.r6g.large"])
        }
        if parts[1] == "serverless" {
            throw Malformed(
                "max_connections of db.serverless depends on its capacity",
                notes: ["give `max_connections`, as `SHOW max_connections` prints it on the writer"])
        }
        guard maxConnections(text) != nil else {
            throw Malformed(
                "the memory of '\(Parse.excerpt(text))' is not known",
                notes: ["give `max_connections` instead, as `SHOW max_connections` prints it on the writer"])
        }
        return text
    }

    /// The default `max_connections` of a class: the smallest that AWS documents for its memory; nil for a class whose
    /// memory is not known.
    ///
    /// The parameter group's formula is LEAST(DBInstanceClassMemory/9531392, 5000), and DBInstanceClassMemory is less
    /// than the nominal memory by what the system takes. Source: Aurora user guide, "Maximum connections to an Aurora
    /// PostgreSQL DB instance".
    package static func maxConnections(_ instanceClass: String) -> Int? {
        guard let memory = memory(instanceClass) else { return nil }
        return documented.last { $0.memory <= memory }?.connections
    }

    /// By GiB of memory, ascending.
    private static let documented: [(memory: Double, connections: Int)] = [
        (4, 405), (8, 844), (15.25, 1600), (30.5, 3200), (32, 3300), (61, 5000),
    ]

    /// vCPUs by size; memory goes with them.
    private static let vCPUs: [String: Double] = [
        "large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32, "12xlarge": 48, "16xlarge": 64,
        "24xlarge": 96, "32xlarge": 128, "48xlarge": 192,
    ]

    /// GiB of memory: 8 for each vCPU of an r class, 16 of an x class; t classes have 4 (medium) or 8 (large).
    /// Source: Aurora user guide, "Hardware specifications for DB instance classes for Aurora".
    static func memory(_ instanceClass: String) -> Double? {
        let parts = instanceClass.split(separator: ".")
        guard parts.count == 3, parts[0] == "db" else { return nil }
        let (family, size) = (parts[1], String(parts[2]))
        switch family.first {
        case "t": return ["medium": 4, "large": 8][size]
        case "r" where family == "r3" || family == "r4": return vCPUs[size].map { $0 * 7.625 }
        case "r": return vCPUs[size].map { $0 * 8 }
        case "x": return vCPUs[size].map { $0 * 16 }
        default: return nil
        }
    }
}
