import NIOCore
import NIOHTTP1

/// Brings what the parser found to the connection. Bodies end with it: nobody reads them.
final class RequestReceiver: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let connection: HTTPConnection

    init(_ connection: HTTPConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { connection.received(head) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.malformed(error)
    }
}
