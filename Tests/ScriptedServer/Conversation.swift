import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What goes on on one connection.
struct Conversation: Sendable {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

    let number: Int
    let log: ScriptedServer.Log
    let onHead: @Sendable (ReceivedRequest) async -> Action?
    let script: ScriptedServer.Script

    func run(on connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            do {
                try await serve(inbound, outbound, connection.channel)
            } catch is HTTPParserError {
                try await outbound.write(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
            }
        }
    }

    private func serve(
        _ inbound: NIOAsyncChannelInboundStream<HTTPServerRequestPart>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ channel: any Channel
    ) async throws {
        var current: ReceivedRequest?
        for try await part in inbound {
            switch part {
            case .head(let head):
                let request = note(head)
                current = request
                guard let action = await onHead(request) else { continue }
                guard try await perform(action, outbound, channel) else { return }
                current = nil
            case .body(let buffer):
                current?.body.append(contentsOf: buffer.readableBytesView)
            case .end:
                guard let request = current else { continue }
                log.entries.withLock { $0.requests[request.number - 1] = request }
                guard try await perform(await script(request), outbound, channel) else { return }
                current = nil
            }
        }
    }

    private func note(_ head: HTTPRequestHead) -> ReceivedRequest {
        log.entries.withLock { entries in
            let request = ReceivedRequest(
                method: head.method.rawValue, target: head.uri,
                headers: head.headers.map { ReceivedRequest.Field(name: $0.name, value: $0.value) }, body: [],
                connection: number, number: entries.requests.count + 1)
            entries.requests.append(request)
            return request
        }
    }

    /// Says whether the connection goes on.
    private func perform(
        _ action: Action, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ channel: any Channel
    ) async throws -> Bool {
        switch action {
        case .answer(let answer):
            try await outbound.write(ByteBuffer(bytes: answer.head + answer.body))
            return true
        case .answerAndClose(let answer):
            try await outbound.write(ByteBuffer(bytes: answer.head + answer.body))
            return false
        case .after(let duration, let action):
            try await Task.sleep(for: duration)
            return try await perform(action, outbound, channel)
        case .close:
            return false
        case .reset:
            // A socket that is closed without lingering sends a reset.
            try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            return false
        case .truncated(let answer, let bytes):
            try await outbound.write(ByteBuffer(bytes: answer.head + answer.body.prefix(bytes)))
            return false
        case .raw(let bytes):
            try await outbound.write(ByteBuffer(bytes: bytes))
            return false
        case .drip(let answer, let pause):
            for byte in answer.head + answer.body {
                try await Task.sleep(for: pause)
                try await outbound.write(ByteBuffer(integer: byte))
            }
            return true
        case .silence:
            try await Task.sleep(for: .seconds(3600))
            return false
        }
    }
}
