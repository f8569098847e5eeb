/// What a probe found, and when.
///
/// Times are those of a clock that never goes back, counted from the doctor's start.
package struct Observation<Finding: Sendable & Equatable>: Sendable, Equatable {
    package var finding: Finding
    /// When the probe ended.
    package var at: Duration
    /// How long it took.
    package var took: Duration

    package init(_ finding: Finding, at: Duration, took: Duration = .zero) {
        self.finding = finding
        self.at = at
        self.took = took
    }
}

/// What the probes found last. A probe that has not ended yet has no observation.
package struct Evidence: Sendable, Equatable {
    package var process: Observation<ProcessFinding>?
    package var port: Observation<PortFinding>?
    package var pcp: Observation<PCPFinding>?
    package var session: Observation<SessionFinding>?
    package var writer: Observation<WriterFinding>?
    package var reader: Observation<ReaderFinding>?
    package var checks: Observation<ChecksFinding>?
    /// No verdict rests on it.
    package var connections: Observation<ConnectionsFinding>?
    /// Why the instance is being drained; nil when it is not.
    package var draining: String?

    package init() {}
}

/// pgpool's main process, by its pid file and /proc.
package enum ProcessFinding: Sendable, Equatable {
    case running(pid: Int32)
    /// Stopped by a signal, as by SIGSTOP or a debugger.
    case stopped(pid: Int32)
    case gone(String)
    /// There is no way to know.
    case unknown(String)
}

/// pgpool's port for clients.
package enum PortFinding: Sendable, Equatable {
    case accepts
    case refuses(String)
    /// No answer in time.
    case silent
}

/// pgpool's administration port.
package enum PCPFinding: Sendable, Equatable {
    case answers(Children)
    /// It spoke, but did not let us in.
    case refuses(String)
    case unreachable(String)
    /// No answer in time.
    case silent
    /// There is no way to ask.
    case unknown(String)
}

/// pgpool's children by PCP, and the backend connections that they keep.
package struct Children: Sendable, Equatable {
    /// The children that have a session.
    package var busy: Int
    /// All children.
    package var total: Int
    /// The children that pgpool keeps back from clients (`reserved_connections`).
    package var reserved: Int
    /// The pool entries that hold connections to the backends.
    package var pooled: Int
    /// The pool entries that there may be: children times `max_pool`.
    package var poolSize: Int
    /// How many of the busy ones are the doctor's own; nil when its connection came or went just then.
    package var own: Int?

    package init(
        busy: Int, total: Int, reserved: Int = 0, pooled: Int = 0, poolSize: Int = 0, own: Int? = nil
    ) {
        self.own = own
        self.busy = busy
        self.total = total
        self.reserved = reserved
        self.pooled = pooled
        self.poolSize = poolSize
    }

    package var free: Int { max(0, total - busy) }
    /// Whether the next client would be refused, or would wait.
    package var isSaturated: Bool { total > 0 && free <= reserved }
}

/// The SQL connection through pgpool.
package enum SessionFinding: Sendable, Equatable {
    case answers
    /// pgpool has no child free.
    case full(String)
    /// pgpool or a database spoke, and said no.
    case refuses(Refusal)
    case unreachable(String)
    /// No answer in time.
    case silent
    /// There is no way to ask.
    case unknown(String)
}

/// Why a session was refused.
package struct Refusal: Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable {
        /// pgpool's own rules let the doctor not in: pool_hba.conf.
        case notAllowed
        /// The password is wrong, or unknown to pgpool.
        case login
        /// pgpool has no connection to the writer.
        case writerUnreachable
        /// The database said no for another reason.
        case database
    }
    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// Node 0, asked through pgpool.
package enum WriterFinding: Sendable, Equatable {
    case takesWrites
    /// It is a server in recovery: a failover moved the writer elsewhere.
    case inRecovery
    /// It is no reader, but set to take no writes (`default_transaction_read_only`).
    case readOnly
    /// It could not be asked.
    case unknown(String)
}

/// Where reads go, asked through pgpool.
package enum ReaderFinding: Sendable, Equatable {
    /// Reads run on a server that takes none but reads.
    case onReader
    /// Reads run on the writer: there is no reader, or pgpool cannot reach it.
    case onWriter
    /// It could not be asked.
    case unknown(String)
}

/// The user's own questions.
package enum ChecksFinding: Sendable, Equatable {
    case pass
    /// What each failed check says.
    case fail([String])
    /// They could not be asked.
    case unknown(String)
}

/// How many connections the databases' servers have, asked through pgpool.
package enum ConnectionsFinding: Sendable, Equatable {
    /// Of each endpoint that could be asked.
    case counted([ServerConnections])
    /// None could be asked.
    case unknown(String)
}

/// The connections of clients to one server of the database.
package struct ServerConnections: Sendable, Equatable {
    /// `writer` or `reader`: the endpoint by which the server was reached.
    package var endpoint: String
    /// Those that are open, of all clients there are.
    package var open: Int
    /// Those that there may be: `max_connections` less what is kept for superusers and the like.
    package var allowed: Int

    package init(endpoint: String, open: Int, allowed: Int) {
        self.endpoint = endpoint
        self.open = open
        self.allowed = allowed
    }

    /// The open ones, in percent of those that there may be; nil where none may be.
    package var percent: Double? { allowed > 0 ? 100 * Double(open) / Double(allowed) : nil }
}
