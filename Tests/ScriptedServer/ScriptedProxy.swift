import NIOCore
import NIOPosix
import Synchronization

/// An HTTP proxy on 127.0.0.1 that takes every CONNECT, whatever host it names, to one server of the test.
package final class ScriptedProxy: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Chosen by the kernel.
    package let port: Int
    private let status: Int
    private let server: Int
    private let seen = Mutex<[String]>([])

    /// The head of each request to the proxy itself, without the empty line at its end.
    package var heads: [String] { seen.withLock { $0 } }

    fileprivate init(port: Int, status: Int, server: Int) {
        self.port = port
        self.status = status
        self.server = server
    }

    fileprivate func run(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            var text = ""
            while !text.hasSuffix("\r\n\r\n") {
                guard let part = try await parts.next() else { return }
                text += String(buffer: part)
            }
            seen.withLock { $0.append(String(text.dropLast())) }
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 \(status) Scripted\r\n\r\n"))
            guard status == 200 else { return }
            let upstream = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: server) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            try await upstream.executeThenClose { answers, requests in
                try await withThrowingTaskGroup { tasks in
                    tasks.addTask { for try await part in answers { try await outbound.write(part) } }
                    while let part = try await parts.next() { try await requests.write(part) }
                    tasks.cancelAll()
                }
            }
        }
    }
}

/// Runs a proxy to a port of 127.0.0.1 for as long as the body runs.
///
/// With a status other than 200, each CONNECT is answered with that and refused.
package func withScriptedProxy<Result>(
    to server: Int, status: Int = 200, while body: (ScriptedProxy) async throws -> Result
) async throws -> Result {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
        .bind(host: "127.0.0.1", port: 0) { channel in
            channel.eventLoop.makeCompletedFuture {
                try ScriptedProxy.Connection(wrappingChannelSynchronously: channel)
            }
        }
    let proxy = ScriptedProxy(port: listener.channel.localAddress?.port ?? 0, status: status, server: server)
    let serving = Task {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await connection in connections { tasks.addTask { try? await proxy.run(connection) } }
                tasks.cancelAll()
            }
        }
    }
    func stop() async {
        try? await listener.channel.close()
        _ = await serving.result
    }
    do {
        let result = try await body(proxy)
        await stop()
        return result
    } catch {
        await stop()
        throw error
    }
}
