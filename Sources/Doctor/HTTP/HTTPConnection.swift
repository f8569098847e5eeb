import NIOCore
import NIOHTTP1

/// One client, from accept to close. It belongs to the server's event loop.
///
/// It stands before the parser and hands it one head at a time; `RequestReceiver` stands behind the parser and brings
/// back what it found. The answer is made and written before the next head is looked at.
final class HTTPConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case open
        /// The last response is written. A client that may still be sending is given time to read it.
        case finishing(lingers: Bool)
        /// The client was told of the end; this much of what it still sends is thrown away.
        case lingering(left: Int)
        case closed
    }

    let table: ConnectionTable
    private(set) var deadline = ConnectionDeadline()
    /// When it came, or when its last request was answered.
    private(set) var lastActive = NIODeadline.now()
    private(set) var context: ChannelHandlerContext?
    private(set) lazy var peer = context?.remoteAddress?.ipAddress ?? "unknown"
    private var phase = Phase.open
    private var framing: HeadFraming
    /// The head that the parser works on, to quote from.
    private var current: ByteBuffer?
    private var isAnswered = false
    private var isServing = false
    private var isReadHeld = false
    private var isInputClosed = false
    private var pendingWrites = 0

    init(_ table: ConnectionTable) {
        self.table = table
        framing = HeadFraming(limit: table.settings.maximumHeadSize)
    }

    var hasUnread: Bool { pendingWrites > 0 }

    /// What is lost by closing it now: nothing, an idle connection, a response.
    var worth: Int {
        guard case .open = phase else { return 0 }
        return hasUnread ? 2 : 1
    }

    private var isOpen: Bool {
        if case .open = phase { true } else { false }
    }

    func close() {
        if case .closed = phase { return }
        phase = .closed
        framing.clear()
        table.remove(self)
        context?.close(promise: nil)
    }

    /// Logs what the client did, and closes.
    func fail(_ reason: String) {
        table.clientFailed(peer, reason)
        close()
    }

    /// The deadline has passed.
    func expire() {
        switch deadline.reason {
        case .reader: fail("does not read its response")
        case .firstHead where !framing.isEmpty, .head:
            refuse(408, "the request did not come in time")
            context?.flush()
        case .firstHead, .request, .end, .nothing: close()
        }
    }

    // MARK: - Answering

    /// What the parser found.
    func received(_ head: HTTPRequestHead) {
        guard isOpen, !isAnswered else { return refuse(400, "malformed request") }
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard announced <= table.settings.maximumBodySize else { return refuse(413, "the request's body is too large") }
        let hasBody = announced > 0 || head.headers.contains(name: "transfer-encoding")
        // After these the parser would take what follows for something else than HTTP.
        let isLeaving = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        let keeps = head.isKeepAlive && !hasBody && !isLeaving && !table.isDraining
        let accept = head.headers["accept"]
        let request = HealthRequest(
            method: head.method.rawValue, path: HealthRequest.path(ofTarget: head.uri),
            accept: accept.isEmpty ? nil : accept.joined(separator: ","), peer: peer)
        isAnswered = true
        lastActive = .now()
        deadline.end()
        if !keeps { phase = .finishing(lingers: hasBody || isLeaving || !framing.isEmpty) }
        let isOld = head.version.minor == 0
        send(table.respond(request), withBody: head.method != .HEAD, keeps ? (isOld ? .keepAlive : .unsaid) : .close)
    }

    /// The parser gave up.
    func malformed(_ error: any Error) {
        refuse(400, "malformed request", detail: "(\(error)) ")
    }

    private func refuse(_ status: Int, _ text: String, detail: String = "") {
        guard isOpen else { return }
        isAnswered = true
        let start = (current ?? framing.rest).readableBytesView
        table.clientFailed(peer, "got \(status): \(text) \(detail)\(LogLimiter.quote(start))")
        phase = .finishing(lingers: true)
        send(HealthResponse(status: status, body: text + "\n"), withBody: true, .close)
    }

    private func send(_ response: HealthResponse, withBody: Bool, _ persistence: ResponseWriter.Persistence) {
        guard let context else { return }
        let bytes = table.writer.bytes(
            of: response, withBody: withBody, persistence, allocator: context.channel.allocator)
        let count = bytes.readableBytes
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.wrote(count) }
        pendingWrites += 1
        context.write(wrapOutboundOut(bytes), promise: written)
        table.countUnread(count)
    }

    private func wrote(_ count: Int) {
        pendingWrites -= 1
        table.countUnread(-count)
        if deadline.reason == .reader { deadline.end() }
        if !isServing { settle() }
    }

    // MARK: - Serving

    /// Answers what has come, for as long as the client reads the answers.
    private func serve() {
        guard !isServing, let context else { return }
        isServing = true
        var isDone = false
        while !isDone {
            while isOpen, !isDone, context.channel.isWritable {
                switch framing.next() {
                case .head(let head): parse(head, context)
                case .incomplete: isDone = true
                case .tooLarge: refuse(431, "the request's head is too large")
                }
            }
            context.flush()
            isDone = isDone || !isOpen || !context.channel.isWritable
        }
        isServing = false
        settle()
    }

    private func parse(_ head: ByteBuffer, _ context: ChannelHandlerContext) {
        isAnswered = false
        current = head
        context.fireChannelRead(wrapInboundOut(head))
        if !isAnswered { refuse(400, "malformed request") }
        current = nil
    }

    /// Goes on to what the state asks for: closing, reading, a deadline.
    func settle() {
        guard let context else { return }
        switch phase {
        case .open where hasUnread: deadline.wait(for: .reader, table.settings)
        case .open where isInputClosed && !framing.hasHead: close()
        case .open where framing.isEmpty:
            if table.isDraining { return close() }
            if deadline.reason != .firstHead { deadline.wait(for: .request, table.settings) }
        case .open: if deadline.reason != .firstHead { deadline.wait(for: .head, table.settings) }
        case .finishing where hasUnread: deadline.wait(for: .reader, table.settings)
        case .finishing(lingers: true) where !isInputClosed:
            framing.clear()
            phase = .lingering(left: HTTPServerSettings.lingerBytes)
            deadline.wait(for: .end, table.settings)
            context.close(mode: .output, promise: nil)
        case .finishing: close()
        case .lingering, .closed: break
        }
        if isReadHeld, !isReadingHeld {
            isReadHeld = false
            context.read()
        }
    }

    /// Nothing is read from a client that does not read.
    private var isReadingHeld: Bool { isOpen && context?.channel.isWritable != true }
}

// MARK: - What the channel calls

extension HTTPConnection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline.wait(for: .firstHead, table.settings)
        table.admit(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        close()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .open:
            framing.append(bytes)
            serve()
            // When a client ends sending, all that it sent is read at once, asked for or not.
            if isReadingHeld, framing.count > table.settings.maximumHeadSize + HTTPServerSettings.readAhead {
                fail("sends more than it reads")
            }
        case .finishing, .closed: break
        case .lingering(let left):
            phase = .lingering(left: left - bytes.readableBytes)
            if left < bytes.readableBytes { close() }
        }
    }

    func read(context: ChannelHandlerContext) {
        if isReadingHeld {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { serve() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        // The parser is not told, for it has nothing unfinished.
        isInputClosed = true
        if case .lingering = phase { close() } else { settle() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
    }
}
