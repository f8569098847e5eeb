package import ClusterSpec
package import HealthDecision
package import Postgres

/// All that the doctor works from, out of pgdoctor.cfg, the files beside it, and the spec.
package struct DoctorSettings: Sendable {
    /// A question of the user's.
    package struct Check: Hashable, Sendable {
        package var query: String
        package var comparison: Comparison?

        package struct Comparison: Hashable, Sendable {
            package var symbol: Health.Check.Operator
            package var expected: String
        }
    }

    /// The port that load balancers ask, and the addresses it is open on; none stands for all.
    package var port: Int
    package var listenAddresses: [String]
    /// Who may see `/metrics` and `/status`; empty for everybody.
    package var statusNetworks: [CIDRBlock]
    /// pgpool's own address, numeric where pgdoctor.cfg has it so.
    package var pgpoolHost: String
    package var pgpoolPort: Int
    /// How to log in through pgpool; nil when there is no user.
    package var login: ConnectionParameters?
    package var checks: [Check]
    package var interval: Duration
    package var timeout: Duration
    package var policy: Policy
    package var heals: Bool
    /// What is done besides on an instance of the stack; nil elsewhere.
    package var ec2: Health.EC2?
    /// What is known of pgpool from the files beside pgdoctor.cfg.
    package var pgpool: PgpoolFacts
    /// The digest of the configuration in force: the name of its generation, or one of our own for another folder.
    package var digest: String
    /// The files that all of this comes from, whether they are there or not.
    package var sources: [String]
    /// What the files looked like before they were read.
    var signature: [[Int]]

    static func signature(of sources: [String]) -> [[Int]] { sources.map { SmallFile.signature($0) } }
}

/// What pgpool.conf and pcp.conf say.
package struct PgpoolFacts: Sendable {
    /// The file with the main process's id; nil when there is no pgpool.conf.
    package var pidFile: String?
    /// How to ask PCP; nil with the reason when it cannot be asked.
    var pcp: PCPClient.Place?
    var pcpMissing = "there is no pgpool.conf beside pgdoctor.cfg"
    package var reserved = 0
    package var maxPool = 1
    /// Why reads cannot be followed to the reader; empty when they can.
    package var readerMissing = ""
    package var nodes: [Snapshot.Node] = []
}
