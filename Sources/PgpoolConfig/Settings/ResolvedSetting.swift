package import Diagnostics

/// Who decided a setting.
package enum Layer: String, Sendable, CaseIterable {
    /// Aurora needs it; a user's contradicting value is an error.
    case mandatory
    /// Ours, for a reason; a user's value wins.
    case `default`
    /// The user's.
    case user
}

/// One line of pgpool.conf: what it says and why.
package struct ResolvedSetting: Sendable {
    /// The name that the version reads, with its index.
    package var name: String
    /// The key of cluster.yaml that decides it; the name where none does.
    package var key: String
    package var value: ParameterValue
    package var layer: Layer
    package var reason: String
    /// Where the user wrote it; nil for the other layers.
    package var location: SourceLocation?
    package var parameter: Catalogue.Parameter
    /// The section of pgpool.conf that it stands in.
    package var topic: Topic
}

/// The sections of pgpool.conf, in their order; a template knows each by its raw value.
package enum Topic: String, Sendable, CaseIterable {
    case clustering
    case backends
    case listening
    case pool
    case authentication
    case tls
    case loadBalancing = "load_balancing"
    case health
    case failover
    case logging
    case files
    case cache
    case other

    /// Where a parameter belongs, by the group that pgpool's source gives it.
    package init(group: String, name: String) {
        switch group {
        case "main_replica": self = .clustering
        case "connection":
            if name.hasPrefix("backend_") {
                self = .backends
            } else {
                self = ["enable_pool_hba", "authentication_timeout"].contains(name) ? .authentication : .listening
            }
        case "connection_pool":
            self =
                [
                    "reset_query_list", "read_only_function_list", "write_function_list",
                    "primary_routing_query_pattern_list",
                ]
                .contains(name) ? .loadBalancing : .pool
        case "general": self = name == "allow_clear_text_frontend_auth" ? .authentication : .loadBalancing
        case "ssl": self = .tls
        case "streaming_replication": self = name.hasPrefix("sr_check_") ? .health : .loadBalancing
        case "load_balance": self = .loadBalancing
        case "health_check": self = .health
        case "failover": self = .failover
        case "logging": self = name == "replication_mode" ? .other : .logging
        case "file_location": self = .files
        case "cache": self = .cache
        default: self = .other
        }
    }
}
