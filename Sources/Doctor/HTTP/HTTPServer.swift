package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Answers HTTP/1 on a thread of its own. Stop it before letting go of it.
package final class HTTPServer: Sendable {
    /// Where it listens: the port that the kernel chose if none was asked for.
    package let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let table: NIOLoopBound<ConnectionTable>
    private let listeners: [Listener]
    private let isStopped = Mutex(false)

    private init(
        port: Int, group: MultiThreadedEventLoopGroup, table: NIOLoopBound<ConnectionTable>, listeners: [Listener]
    ) {
        self.port = port
        self.group = group
        self.table = table
        self.listeners = listeners
    }

    /// Listens and begins to answer. `respond` is called on the server's only thread, so it must not block.
    package static func bind(
        _ settings: HTTPServerSettings, logger: Logger,
        respond: @escaping @Sendable (HealthRequest) -> HealthResponse
    ) async throws(HTTPServerError) -> HTTPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let created = loop.submit {
            NIOLoopBound(
                ConnectionTable(settings, logger: logger, eventLoop: loop, respond: respond), eventLoop: loop)
        }
        var listeners: [Listener] = []
        do {
            let table = try await created.get()
            let port = try await listen(settings, loop, table, logger, &listeners)
            logger.info("the HTTP server listens on port \(port)")
            return HTTPServer(port: port, group: group, table: table, listeners: listeners)
        } catch {
            for listener in listeners { await listener.close() }
            try? await group.shutdownGracefully()
            throw error as? HTTPServerError ?? HTTPServerError(error, host: "::", port: settings.port)
        }
    }

    private static func listen(
        _ settings: HTTPServerSettings, _ loop: any EventLoop, _ table: NIOLoopBound<ConnectionTable>,
        _ logger: Logger, _ listeners: inout [Listener]
    ) async throws(HTTPServerError) -> Int {
        guard settings.addresses.isEmpty else {
            var port = settings.port
            for address in settings.addresses {
                let listener = Listener(loop, isDualStack: false, table: table, logger: logger)
                port = try await listener.open(address, port: port)
                listeners.append(listener)
            }
            return port
        }
        let listener = Listener(loop, isDualStack: true, table: table, logger: logger)
        listeners.append(listener)
        do {
            return try await listener.open("::", port: settings.port)
        } catch {
            guard error.code == .addressUnavailable else { throw error }
            // This machine has no IPv6.
            return try await listener.open("0.0.0.0", port: settings.port)
        }
    }

    /// Stops: accepts nothing new, lets the requests that have begun be answered, and closes what is left in the end.
    package func stop(within limit: Duration) async {
        let wasStopped = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return isStopped
        }
        guard !wasStopped else { return }
        for listener in listeners { await listener.close() }
        let table = table
        try? await group.next().flatSubmit { table.value.drain(within: TimeAmount(limit)) }.get()
        try? await group.shutdownGracefully()
    }
}
