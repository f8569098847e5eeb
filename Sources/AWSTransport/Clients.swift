import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The clients of a transport: one for each proxy in use, and one without. All run on one thread.
final class Clients: Sendable {
    private enum State: Sendable {
        case unused
        case open(MultiThreadedEventLoopGroup, [Proxy?: HTTPClient])
        case shutDown
    }

    private let state = Mutex(State.unused)
    let certificateBundle: String?
    private let connectTimeout: Duration

    init(certificateBundle: String?, connectTimeout: Duration) {
        self.certificateBundle = certificateBundle
        self.connectTimeout = connectTimeout
    }

    deinit {
        guard case .open(let group, let clients) = state.withLock({ $0 }) else { return }
        Task.detached { await Self.shutDown(group, Array(clients.values)) }
    }

    /// The client for a proxy, or for none, made when it is first asked for; nil after the end.
    func client(through proxy: Proxy?) -> HTTPClient? {
        state.withLock { state in
            var (group, clients): (MultiThreadedEventLoopGroup, [Proxy?: HTTPClient])
            switch state {
            case .shutDown: return nil
            case .unused: (group, clients) = (MultiThreadedEventLoopGroup(numberOfThreads: 1), [:])
            case .open(let openGroup, let openClients): (group, clients) = (openGroup, openClients)
            }
            if let client = clients[proxy] { return client }
            let client = HTTPClient(eventLoopGroup: group, configuration: configuration(proxy))
            clients[proxy] = client
            state = .open(group, clients)
            return client
        }
    }

    func shutDown() async {
        let before = state.withLock { state in
            defer { state = .shutDown }
            return state
        }
        guard case .open(let group, let clients) = before else { return }
        let (ended, end) = AsyncStream<Never>.makeStream()
        Task {
            await Self.shutDown(group, Array(clients.values))
            end.finish()
        }
        // A client also waits for the connections that are just being made, which may take until their time is over.
        Task {
            try? await Task.sleep(for: .milliseconds(100))
            end.finish()
        }
        for await _ in ended {}
    }

    private static func shutDown(_ group: MultiThreadedEventLoopGroup, _ clients: [HTTPClient]) async {
        for client in clients { try? await client.shutdown() }
        try? await group.shutdownGracefully()
    }

    private func configuration(_ proxy: Proxy?) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let certificateBundle { tls.trustRoots = .file(certificateBundle) }

        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(connectTimeout)
        // Shorter than servers keep theirs, so that they seldom close one which a request is just being sent on.
        configuration.connectionPool.idleTimeout = .seconds(10)
        // No queue in front of the connections: how much goes on at once is the caller's business, and the time in a
        // queue would count as time to connect.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
        // Otherwise a refused connection is tried again and again until the time to connect is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.proxy = proxy.map {
            .server(
                host: $0.endpoint.host, port: $0.endpoint.port,
                authorization: $0.credentials.map { .basic(username: $0.user, password: $0.password) })
        }
        return configuration
    }
}
