import NIOCore

/// Until when a connection may wait for what it waits for.
struct ConnectionDeadline {
    enum Reason {
        case nothing
        /// The first request, begun or not.
        case firstHead
        /// The rest of a request.
        case head
        /// The next request.
        case request
        /// The client, to read its response.
        case reader
        /// The client, to close.
        case end
    }

    private(set) var reason = Reason.nothing
    private(set) var at = NIODeadline.distantFuture

    /// Begins a wait; one that goes on keeps its deadline.
    mutating func wait(for next: Reason, _ settings: HTTPServerSettings) {
        guard next != reason else { return }
        reason = next
        let time =
            switch next {
            case .nothing: Duration.seconds(Int64.max)
            case .firstHead, .head: settings.headTimeout
            case .request: settings.idleTimeout
            case .reader: settings.writeTimeout
            case .end: settings.lingerTimeout
            }
        at = .now() + TimeAmount(time)
    }

    /// What was waited for has come, so that waiting for the same begins anew.
    mutating func end() { reason = .nothing }
}
