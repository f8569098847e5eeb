import Glibc
import Logging
import NIOCore

/// All connections of a server, and what they share. It belongs to the server's event loop.
final class ConnectionTable {
    let settings: HTTPServerSettings
    let respond: @Sendable (HealthRequest) -> HealthResponse
    var writer = ResponseWriter()
    private let logger: Logger
    private let eventLoop: any EventLoop
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var clientErrors = LogLimiter()
    private var acceptErrors = LogLimiter()
    private var isSweeping = false
    /// Set from the stop on; kept once the last connection has gone.
    private var drained: EventLoopPromise<Void>?
    /// What all clients together have not read.
    private var unread = 0

    init(
        _ settings: HTTPServerSettings, logger: Logger, eventLoop: any EventLoop,
        respond: @escaping @Sendable (HealthRequest) -> HealthResponse
    ) {
        self.settings = settings
        self.logger = logger
        self.eventLoop = eventLoop
        self.respond = respond
    }

    var isDraining: Bool { drained != nil }

    /// Takes a connection in. There is always room for a new one: those that were idle longest make it.
    func admit(_ connection: HTTPConnection) {
        guard !isDraining else { return connection.close() }
        if connections.count >= settings.maximumConnections { closeLongestIdle() }
        connections[ObjectIdentifier(connection)] = connection
        if !isSweeping { sweepLater() }
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { drained?.succeed() }
    }

    /// Counts bytes that were written and not yet read, or that no longer are.
    func countUnread(_ bytes: Int) {
        unread += bytes
        guard unread > settings.maximumUnread else { return }
        let slowest = connections.values.filter(\.hasUnread).min { $0.lastActive < $1.lastActive }
        slowest?.fail("does not read its responses")
    }

    /// Ends the connections without a request at once, the others with their response, and all after the time.
    func drain(within limit: TimeAmount) -> EventLoopFuture<Void> {
        let promise = drained ?? eventLoop.makePromise()
        drained = promise
        for connection in connections.values { connection.settle() }
        if connections.isEmpty {
            promise.succeed()
        } else {
            eventLoop.assumeIsolated().scheduleTask(in: limit) {
                for connection in self.connections.values { connection.close() }
            }
        }
        return promise.futureResult
    }

    /// A connection could not be accepted. Returns whether to go on without a pause.
    func acceptFailed(_ error: any Error) -> Bool {
        if let others = acceptErrors.pass() { logger.error("cannot accept a connection: \(error)\(others)") }
        guard let code = (error as? IOError)?.errnoCode else { return false }
        // The client went away before it was its turn.
        if code == ECONNABORTED { return true }
        // Out of files, which a closed connection gives back.
        return closeLongestIdle()
    }

    /// A client did what it may not.
    func clientFailed(_ peer: String, _ reason: @autoclosure () -> String) {
        guard let others = clientErrors.pass() else { return }
        logger.info("HTTP client \(peer) \(reason())\(others)")
    }

    @discardableResult
    private func closeLongestIdle() -> Bool {
        let byWorth = connections.values.sorted { ($0.worth, $0.lastActive) < ($1.worth, $1.lastActive) }
        guard let oldest = byWorth.first else { return false }
        // Several at once, so that a flood of connections is not a search of all of them for each.
        let alike = byWorth.prefix { $0.worth == oldest.worth }
        for connection in alike.prefix(max(1, settings.maximumConnections / 16)) { connection.close() }
        return true
    }

    private func sweepLater() {
        isSweeping = true
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(settings.sweepInterval)) {
            let now = NIODeadline.now()
            for connection in self.connections.values where connection.deadline.at <= now { connection.expire() }
            self.isSweeping = false
            if !self.connections.isEmpty { self.sweepLater() }
        }
    }
}
