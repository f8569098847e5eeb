import Glibc

/// Why a socket did not do what it should.
struct SocketError: Error, Hashable, CustomStringConvertible {
    enum Code: Hashable {
        /// The address does not take connections, or took the connection back.
        case unreachable
        case timeout
        case cancelled
        /// What came is no answer of the protocol.
        case malformed
    }
    var code: Code
    var description: String
}

/// A TCP connection whose every step ends at a deadline or soon after its task is cancelled. It blocks its thread, so it
/// belongs off Swift's cooperative pool.
final class TimedSocket {
    private let descriptor: Int32
    var deadline: ContinuousClock.Instant

    /// A wait looks this often whether its task is cancelled.
    private static let slice = Duration.milliseconds(50)

    /// Connects to a numeric address.
    init(address: String, port: Int, deadline: ContinuousClock.Instant) throws(SocketError) {
        guard let target = NumericAddress(address, port: port) else {
            throw SocketError(code: .unreachable, description: "'\(address)' is not an address")
        }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(target.family, type, 0)
        self.deadline = deadline
        guard descriptor >= 0 else { throw TimedSocket.failure(errno, "no socket") }
        if target.connect(descriptor) == 0 { return }
        guard errno == EINPROGRESS else { throw TimedSocket.failure(errno, "cannot connect to port \(port)") }
        try wait(POLLOUT, "connecting to port \(port)")
        var reason: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &reason, &length)
        guard reason == 0 else { throw TimedSocket.failure(reason, "cannot connect to port \(port)") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether the peer has closed the connection, or sent what nobody asked for.
    var isStale: Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) != 0
    }

    func write(_ bytes: [UInt8]) throws(SocketError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(POLLOUT, "writing")
            } else if errno != EINTR {
                throw TimedSocket.failure(errno, "cannot write")
            }
        }
    }

    /// Reads at most `limit` bytes, and at least one.
    func read(atMost limit: Int) throws(SocketError) -> [UInt8] {
        while true {
            var failed: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let read = recv(descriptor, buffer.baseAddress, limit, 0)
                failed = read < 0 ? errno : 0
                count = max(0, read)
            }
            if !bytes.isEmpty { return bytes }
            switch failed {
            case 0: throw SocketError(code: .unreachable, description: "the connection was closed")
            case EAGAIN: try wait(POLLIN, "reading")
            case EINTR: continue
            default: throw TimedSocket.failure(failed, "cannot read")
            }
        }
    }

    private func wait(_ events: Int32, _ activity: String) throws(SocketError) {
        while true {
            if Task.isCancelled { throw SocketError(code: .cancelled, description: "cancelled while \(activity)") }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw SocketError(code: .timeout, description: "timed out while \(activity)") }
            let milliseconds = Int32((min(left, Self.slice) / .milliseconds(1)).rounded(.up))
            var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            if poll(&polled, 1, milliseconds) > 0 { return }
        }
    }

    private static func failure(_ errno: Int32, _ what: String) -> SocketError {
        SocketError(code: .unreachable, description: "\(what): \(String(cString: strerror(errno)))")
    }
}

/// A numeric address as the kernel takes it.
struct NumericAddress: ~Copyable {
    private let entry: UnsafeMutablePointer<addrinfo>
    var family: Int32 { entry.pointee.ai_family }

    init?(_ text: String, port: Int) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(text, String(port), &hints, &list) == 0, let list else { return nil }
        entry = list
    }

    deinit {
        freeaddrinfo(entry)
    }

    func connect(_ descriptor: Int32) -> Int32 {
        Glibc.connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
    }
}
