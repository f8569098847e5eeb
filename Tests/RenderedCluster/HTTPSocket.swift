import Glibc

/// One blocking exchange over a TCP socket, bounded by a deadline.
struct HTTPSocket {
    let began: ContinuousClock.Instant
    let deadline: ContinuousClock.Instant

    func exchange(host: String, port: Int, _ request: [UInt8]) throws(HTTPProbe.Failure) -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw failure(.other) }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        try connect(descriptor, host: host, port: port)
        try send(descriptor, request)
        return try receive(descriptor)
    }

    private func connect(_ descriptor: Int32, host: String, port: Int) throws(HTTPProbe.Failure) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
            }
        }
        guard failed else { return }
        guard errno == EINPROGRESS else { throw failure(errno == ECONNREFUSED ? .connectionRefused : .other) }
        try wait(descriptor, POLLOUT)
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { throw failure(code == ECONNREFUSED ? .connectionRefused : .other, code) }
    }

    private func send(_ descriptor: Int32, _ request: [UInt8]) throws(HTTPProbe.Failure) {
        var rest = request[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent > 0 {
                rest.removeFirst(sent)
            } else if errno == EAGAIN || errno == EINTR {
                try wait(descriptor, POLLOUT)
            } else {
                throw failure(.cutOff)
            }
        }
    }

    private func receive(_ descriptor: Int32) throws(HTTPProbe.Failure) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while !isComplete(received) {
            try wait(descriptor, POLLIN)
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 {
                if received.isEmpty { throw failure(.cutOff, 0) }
                break
            } else if errno != EAGAIN, errno != EINTR {
                throw failure(.cutOff)
            }
        }
        return received
    }

    /// Whether all has come that the answer announces; without a length it ends with the connection.
    private func isComplete(_ bytes: [UInt8]) -> Bool {
        guard let head = HTTPAnswerHead(bytes), let length = head.contentLength else { return false }
        return bytes.count >= head.end + length
    }

    private func wait(_ descriptor: Int32, _ events: Int32) throws(HTTPProbe.Failure) {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw HTTPProbe.Failure(reason: .timeout, details: "", took: passed) }
            var polled = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
            let milliseconds = Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))
            if poll(&polled, 1, milliseconds) > 0 { return }
        }
    }

    private var passed: Duration { began.duration(to: .now) }

    private func failure(_ reason: HTTPProbe.Failure.Reason, _ code: Int32 = errno) -> HTTPProbe.Failure {
        HTTPProbe.Failure(reason: reason, details: String(cString: strerror(code)), took: passed)
    }
}
