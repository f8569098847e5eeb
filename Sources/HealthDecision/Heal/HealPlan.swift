/// Which children of pgpool to ask to drop their idle connections after a failover, and when it is done.
///
/// pgpool resolves a backend's name once for each new connection. What was made before the writer's name moved stays
/// with the server that was the writer, is pooled, and fails every write of every later client. SIGUSR1 makes a child
/// close its idle connections and leaves a working session alone; what is in use now becomes idle later, so each such
/// connection is followed until it is gone.
package struct HealPlan: Sendable {
    /// What the doctor sees at one time.
    package struct Sight: Sendable {
        /// What the last writer probe found, if it ended since the last sight.
        package var writer: WriterFinding?
        /// The addresses of the writer's name, if they are known.
        package var addresses: Set<String>?
        /// The pooled connections; nil when pgpool cannot be asked.
        package var pool: [PoolEntry]?
        /// The children that wait for a client, for when the pool is not known.
        package var idleChildren: [Int32]

        package init(
            writer: WriterFinding? = nil, addresses: Set<String>? = nil, pool: [PoolEntry]? = nil,
            idleChildren: [Int32] = []
        ) {
            self.writer = writer
            self.addresses = addresses
            self.pool = pool
            self.idleChildren = idleChildren
        }
    }

    /// What there is to do.
    package enum Step: Sendable, Equatable {
        case nothing
        /// A failover was seen.
        case began(String)
        /// The doctor has just begun: a failover while nobody watched leaves the same behind.
        case swept
        /// Writes reach the writer, and every stale connection is gone, or in use by a session and watched. Without a
        /// list of the pooled connections nobody is sure of that.
        case ended(took: Duration, isSure: Bool)
    }

    /// For so long after the last sign of a failover a new connection may still be a stale one: a child that looked the
    /// name up just before it moved needs a moment to connect.
    private static let settling = Duration.seconds(1)
    /// For so long after the last sign the children that still use a stale connection are looked at often: one that client
    /// after client uses is idle for no longer than a moment.
    private static let following = Duration.seconds(5)
    /// How often every idle child is asked when nobody can say which of them has a stale connection.
    private static let blindPause = Duration.milliseconds(400)
    /// For so long after it began, and after the name moved, the plan works at its full rate. While the name still leads
    /// to the old writer, new connections are stale as well, and dropping them wins little.
    private static let hurry = Duration.seconds(2)
    /// After so long it acts once in `leisure` only. A writer endpoint that leads to a reader for good, by mistake, is not
    /// to cost pgpool its pool for ever.
    private static let zeal = Duration.seconds(30)
    private static let leisure = Duration.seconds(5)

    /// The stale connections that are still there.
    package private(set) var stale: Set<Connection> = []
    /// When the plan began; nil when there is nothing to heal.
    package private(set) var began: Duration?
    private var hurrySince = Duration.zero
    private var hasMoved = false
    private var lastSignal: Duration?
    private var lastSign: Duration?
    private var lastAddresses: Set<String>?
    /// When each address was last seen to be the writer's.
    private var seenAddresses: [String: Duration] = [:]
    private var hasSwept = false
    private var isSweep = false
    private var lastWriter: WriterFinding?

    /// A name that leads back to an address so soon goes round, as behind a balancer of connections. After a failover and
    /// back a node in recovery is sign enough.
    private static let rotation = Duration.seconds(60)

    package struct Connection: Sendable, Hashable {
        package var child: Int32
        package var backendPID: Int32
    }

    package init() {}

    /// Whether a heal is under way.
    package var isActive: Bool { began != nil }
    /// Whether the pooled connections are wanted: the doctor has just begun, or there is something to look after.
    package var wantsPool: Bool { !hasSwept || isWatching }
    /// Whether there is anything to look after: a heal, or stale connections that sessions still use.
    package var isWatching: Bool { isActive || !stale.isEmpty }

    /// How soon to look again.
    package func pause(at now: Duration) -> Duration {
        guard isActive else { return stale.isEmpty ? .seconds(1) : .milliseconds(250) }
        return isHurrying(at: now) ? .milliseconds(100) : .milliseconds(500)
    }

    /// Takes what is seen; says what to do, and which children to signal.
    package mutating func look(_ sight: Sight, at now: Duration) -> (step: Step, signal: [Int32]) {
        var step = Step.nothing
        if let writer = sight.writer { lastWriter = writer }
        if let sign = sign(of: sight, at: now) {
            lastSign = now
            if began == nil || isSweep {
                began = now
                if !hasMoved { hurrySince = now }
                step = .began(sign)
            }
            isSweep = false
        } else if !hasSwept, sight.pool != nil, began == nil {
            (lastSign, began, hurrySince, isSweep) = (now, now, now, true)
            step = .swept
        }
        if sight.pool != nil { hasSwept = true }
        guard isWatching else { return (step, []) }
        var children = children(sight, at: now)
        if let lastSignal, isActive, now - hurrySince > Self.zeal, now - lastSignal < Self.leisure { children = [] }
        if !children.isEmpty { lastSignal = now }
        if step == .nothing, let began, isHealed(sight, at: now) {
            self.began = nil
            hasMoved = false
            if isSweep { return (.nothing, children) }
            return (.ended(took: now - began, isSure: sight.pool != nil), children)
        }
        return (step, children)
    }

    /// Until what was stale is gone, a name that has moved is followed at the full rate.
    private func isHurrying(at now: Duration) -> Bool {
        now - hurrySince < (hasMoved ? Self.following : Self.hurry)
    }

    private mutating func sign(of sight: Sight, at now: Duration) -> String? {
        if let addresses = sight.addresses, !addresses.isEmpty {
            let isRotation = addresses.contains { address in
                seenAddresses[address].map { now - $0 < Self.rotation } ?? false
            }
            defer {
                lastAddresses = addresses
                for address in addresses { seenAddresses[address] = now }
                seenAddresses = seenAddresses.filter { now - $0.value < Self.rotation }
            }
            if let lastAddresses, !isRotation, lastAddresses.isDisjoint(with: addresses) {
                // What is known of the writer is known of the old one.
                lastWriter = nil
                hurrySince = now
                hasMoved = true
                return "the writer's name moved from \(Self.list(lastAddresses)) to \(Self.list(addresses))"
            }
        }
        return sight.writer == .inRecovery ? "node 0 is in recovery" : nil
    }

    private static func list(_ addresses: Set<String>) -> String { addresses.sorted().joined(separator: ", ") }

    /// Follows the stale connections, and picks the children that have one.
    private mutating func children(_ sight: Sight, at now: Duration) -> [Int32] {
        let isSettling = lastSign.map { now - $0 <= Self.settling } ?? false
        guard let pool = sight.pool else {
            // Which connections are stale is not known, so what is idle goes until all is well, at a slower pace.
            let isDue = lastSignal.map { now - $0 >= Self.blindPause } ?? true
            return isActive && isDue ? sight.idleChildren : []
        }
        let present = Set(
            pool.filter { $0.node == 0 && $0.backendPID > 0 }
                .map { Connection(child: $0.child, backendPID: $0.backendPID) })
        if isSettling { stale.formUnion(present) }
        stale.formIntersection(present)
        // A busy child would do nothing on a signal. One that client after client uses is found idle sooner or later.
        let due = stale.intersection(idle(in: pool))
        return Set(due.map(\.child)).sorted()
    }

    private func isHealed(_ sight: Sight, at now: Duration) -> Bool {
        guard lastWriter == .takesWrites, let lastSign, now - lastSign > Self.settling else { return false }
        if sight.pool != nil, stale.isEmpty { return true }
        guard now - lastSign > Self.following else { return false }
        guard let pool = sight.pool else { return true }
        return stale.isDisjoint(with: idle(in: pool))
    }

    private func idle(in pool: [PoolEntry]) -> Set<Connection> {
        Set(pool.filter { !$0.isInUse }.map { Connection(child: $0.child, backendPID: $0.backendPID) })
    }
}
