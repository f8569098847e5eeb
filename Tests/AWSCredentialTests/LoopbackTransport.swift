import AWSClient
import Dispatch
import Glibc

/// HTTP/1.1 to a port of this machine over a bare socket, one connection a request. The rest of the world cannot be
/// reached.
struct LoopbackTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard ["127.0.0.1", "localhost"].contains(request.url.host), request.url.scheme == "http" else {
            throw TransportError(.cannotConnect, "\(request.url.host) is not this machine")
        }
        let result: Result<HTTPResponse, TransportError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(TransportError) in try exchange(request) })
            }
        }
        return try result.get()
    }

    func shutDown() async {}

    private func exchange(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var limit = timeval(
            tv_sec: Int(request.timeout.components.seconds),
            tv_usec: Int(request.timeout.components.attoseconds / 1_000_000_000_000))
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(request.url.port ?? 80).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw TransportError(.cannotConnect, "connection refused") }
        var head = "\(request.method) \(request.url.target) HTTP/1.1\r\nHost: \(request.url.authority)\r\n"
        for field in request.headers.fields { head += "\(field.name): \(field.value)\r\n" }
        head += "Content-Length: \(request.body.count)\r\nConnection: close\r\n\r\n"
        let message = Array(head.utf8) + request.body
        guard Glibc.send(socket, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else {
            throw TransportError(.connectionLost, "cannot send")
        }
        return try response(try receive(socket))
    }

    private func receive(_ socket: Int32) throws(TransportError) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count >= 0 else {
                throw TransportError(errno == EAGAIN ? .timedOut : .connectionLost, "no answer")
            }
            guard count > 0 else { return received }
            received += buffer[..<count]
        }
    }

    private func response(_ bytes: [UInt8]) throws(TransportError) -> HTTPResponse {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw TransportError(.connectionLost, "no whole answer")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        return HTTPResponse(
            status: Int(words[1]) ?? 0, headers: HTTPHeaders(fields), body: Array(bytes[end.upperBound...]))
    }
}
