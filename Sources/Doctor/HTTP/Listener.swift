import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A socket that accepts connections. Should it be lost, it is opened again.
final class Listener: Sendable {
    private struct State {
        var channel: (any Channel)?
        var isClosed = false
    }

    private let eventLoop: any EventLoop
    /// Whether an IPv6 socket takes IPv4 too.
    private let isDualStack: Bool
    private let table: NIOLoopBound<ConnectionTable>
    private let logger: Logger
    private let state = Mutex(State())

    init(_ eventLoop: any EventLoop, isDualStack: Bool, table: NIOLoopBound<ConnectionTable>, logger: Logger) {
        self.eventLoop = eventLoop
        self.isDualStack = isDualStack
        self.table = table
        self.logger = logger
    }

    /// Listens; returns the port that the kernel chose if none was given.
    func open(_ host: String, port: Int) async throws(HTTPServerError) -> Int {
        do {
            let channel = try await bind(SocketAddress(ipAddress: host, port: port)).get()
            return channel.localAddress?.port ?? port
        } catch {
            throw HTTPServerError(error, host: host, port: port)
        }
    }

    func close() async {
        let channel = state.withLock { state in
            state.isClosed = true
            return state.channel
        }
        try? await channel?.close().get()
    }

    private func bind(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
        bootstrap(address).bind(to: address).map { channel in
            let isClosed = self.state.withLock { state in
                state.channel = channel
                return state.isClosed
            }
            if isClosed { channel.close(promise: nil) }
            let bound = channel.localAddress ?? address
            channel.closeFuture.whenComplete { _ in self.lost(bound) }
            return channel
        }
    }

    /// Nobody would ask again whether this instance is healthy; it would be replaced.
    private func lost(_ address: SocketAddress) {
        guard !state.withLock(\.isClosed) else { return }
        logger.error("the HTTP server lost its socket; opening it again")
        eventLoop.scheduleTask(in: .seconds(1)) {
            self.bind(address).whenFailure { _ in self.lost(address) }
        }
    }

    private func bootstrap(_ address: SocketAddress) -> ServerBootstrap {
        let table = table
        var bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: HTTPServerSettings.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptErrorHandler(table.value))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1024, maximum: 16384)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: HTTPServerSettings.writeWindow))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = HTTPConnection(table.value)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(connection)
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(RequestReceiver(connection))
                }
            }
        if address.protocol == .inet6 {
            let option = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(option, value: isDualStack ? 0 : 1)
        }
        return bootstrap
    }
}

/// Keeps accepting when one accept fails.
final class AcceptErrorHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let table: ConnectionTable

    init(_ table: ConnectionTable) {
        self.table = table
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // NIO's own handler behind this one would pause.
        if !table.acceptFailed(error) { context.fireErrorCaught(error) }
    }
}
