package import Postgres

/// What was found of a pgpool and of what is behind it, before anybody judges it.
package struct VerifyFacts: Sendable {
    /// A backend as pgpool sees it. Source: SHOW POOL_NODES.
    package struct Node: Hashable, Sendable {
        package var id: Int
        /// `host:port`
        package var endpoint: String
        package var status: String
        /// Of all nodes' weights; 0…1.
        package var weight: Double
        package var role: String

        package init(id: Int, endpoint: String, status: String, weight: Double, role: String) {
            self.id = id
            self.endpoint = endpoint
            self.status = status
            self.weight = weight
            self.role = role
        }
    }

    /// What pgpool says of itself.
    package struct Pool: Hashable, Sendable {
        /// `TLSv1.3`; nil without TLS.
        package var tlsVersion: String?
        /// `4.5.12`; nil when what answered is no pgpool.
        package var version: String?
        package var nodes: [Node]
        /// `num_init_children` and `max_pool`; nil when it does not say.
        package var children: Int?
        package var maxPool: Int?

        package init(
            tlsVersion: String? = nil, version: String? = nil, nodes: [Node] = [], children: Int? = nil,
            maxPool: Int? = nil
        ) {
            self.tlsVersion = tlsVersion
            self.version = version
            self.nodes = nodes
            self.children = children
            self.maxPool = maxPool
        }
    }

    /// An answer of the doctor's.
    package struct HealthAnswer: Hashable, Sendable {
        package var status: Int
        /// Its first line.
        package var text: String

        package init(status: Int, text: String) {
            self.status = status
            self.text = text
        }
    }

    /// Why the doctor gave no answer.
    package struct NoAnswer: Error, Hashable, Sendable, CustomStringConvertible {
        package var message: String
        package var description: String { message }

        package init(_ message: String) {
            self.message = message
        }
    }

    package enum Role: String, CaseIterable, Hashable, Sendable {
        case writer
        case reader
    }

    /// How far a replica is behind.
    package struct Lag: Hashable, Sendable {
        package var server: String
        package var milliseconds: Double

        package init(server: String, milliseconds: Double) {
            self.server = server
            self.milliseconds = milliseconds
        }
    }

    package var pool: Result<Pool, PostgresError>
    /// Nil when nobody could log in.
    package var routing: Result<RoutingProbe.Routing, PostgresError>?
    /// By path, such as `/ready`.
    package var health: [String: Result<HealthAnswer, NoAnswer>]
    /// The endpoints of the spec, asked directly.
    package var backends: [Role: Result<RoutingProbe.Server, PostgresError>]
    package var lags: [Lag]

    package init(
        pool: Result<Pool, PostgresError>, routing: Result<RoutingProbe.Routing, PostgresError>? = nil,
        health: [String: Result<HealthAnswer, NoAnswer>] = [:],
        backends: [Role: Result<RoutingProbe.Server, PostgresError>] = [:], lags: [Lag] = []
    ) {
        self.pool = pool
        self.routing = routing
        self.health = health
        self.backends = backends
        self.lags = lags
    }
}
