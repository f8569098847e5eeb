import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP/1.1 server on loopback that does what a test tells it, also what no server should.
package final class ScriptedServer: Sendable {
    /// Decides about a request.
    package typealias Script = @Sendable (ReceivedRequest) async -> Action

    /// The host in its address: 127.0.0.1 or ::1.
    package let host: String
    /// Chosen by the kernel.
    package let port: Int
    /// Whether it speaks TLS.
    package let isSecure: Bool
    let log = Log()

    /// What has come in.
    final class Log: Sendable {
        struct Entries {
            var connections = 0
            var requests: [ReceivedRequest] = []
        }

        let entries = Mutex(Entries())
    }

    /// Its address, without a final slash.
    package var url: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// All requests so far, in their order.
    package var requests: [ReceivedRequest] { log.entries.withLock { $0.requests } }

    /// How many connections have been accepted so far.
    package var connectionCount: Int { log.entries.withLock { $0.connections } }

    init(host: String, port: Int, isSecure: Bool) {
        self.host = host
        self.port = port
        self.isSecure = isSecure
    }
}

/// Runs a server for as long as the body runs; when this returns, its connections and its port are closed.
///
/// The script is asked when a whole request is there. Before that, `onHead` is asked when a request's head is there and
/// its body not yet read; nil from it goes on. With a certificate, the server speaks TLS.
package func withScriptedServer<Result: Sendable>(
    host: String = "127.0.0.1",
    certificate: ServerCertificate? = nil,
    onHead: @escaping @Sendable (ReceivedRequest) async -> Action? = { _ in nil },
    _ script: @escaping ScriptedServer.Script,
    while body: (ScriptedServer) async throws -> Result
) async throws -> Result {
    // One loop for all: a connection is then either handed over or was never taken when the listener is closed. One in
    // between would be dropped, which NIO's writers answer by a crash.
    let group = MultiThreadedEventLoopGroup.singleton.next()
    let tls = try certificate.map { try $0.context() }
    let listener = try await ServerBootstrap(group: group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.backlog, value: 1024)
        .bind(host: host, port: 0) { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                return try NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(isOutboundHalfClosureEnabled: false))
            }
        }
    let port = listener.channel.localAddress?.port ?? 0
    let server = ScriptedServer(host: host, port: port, isSecure: tls != nil)
    let serving = Task {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await connection in connections {
                    let number = server.log.entries.withLock { entries in
                        entries.connections += 1
                        return entries.connections
                    }
                    tasks.addTask {
                        let conversation = Conversation(number: number, log: server.log, onHead: onHead, script: script)
                        // A connection that breaks is none of the server's business.
                        try? await conversation.run(on: connection)
                    }
                }
                tasks.cancelAll()
            }
        }
    }
    func stop() async {
        // What was accepted is still handed over, and then told to end.
        try? await listener.channel.close()
        _ = await serving.result
    }
    do {
        let result = try await body(server)
        await stop()
        return result
    } catch {
        await stop()
        throw error
    }
}

/// Runs a server that does the same about every request.
package func withScriptedServer<Result: Sendable>(
    _ action: Action,
    host: String = "127.0.0.1",
    certificate: ServerCertificate? = nil,
    onHead: @escaping @Sendable (ReceivedRequest) async -> Action? = { _ in nil },
    while body: (ScriptedServer) async throws -> Result
) async throws -> Result {
    try await withScriptedServer(host: host, certificate: certificate, onHead: onHead, { _ in action }, while: body)
}
