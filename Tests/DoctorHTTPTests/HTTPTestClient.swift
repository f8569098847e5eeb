import Dispatch
import Doctor
import Glibc
import Logging
import Synchronization

/// A client on a bare socket, which sends what it is told. Every call ends after two minutes at the latest.
final class HTTPTestClient {
    struct Response: Equatable {
        var status: Int
        /// By lower-case name.
        var headers: [String: String]
        var body: String
    }

    struct Failure: Error {
        var message: String
        var code = errno
    }

    private let socket: Int32
    private var received: [UInt8] = []

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(message: "socket") }
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure(message: "connect") }
    }

    deinit {
        close(socket)
    }

    /// Sends all, or what can be sent before the server closes or takes no more for a second.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) -> Int {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count, poll(POLLOUT, milliseconds: 1000) {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    @discardableResult
    func send(_ text: String) -> Int { send(text.utf8) }

    /// Says that nothing more will be sent.
    func endSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Reads one response.
    func response(toHEAD isHEAD: Bool = false) throws -> Response {
        var end = 0
        while true {
            let places = end..<max(end, received.count - 3)
            if let index = places.first(where: { received[$0..<$0 + 4] == [13, 10, 13, 10] }) {
                end = index + 4
                break
            }
            end = max(0, received.count - 3)
            guard try receive() > 0 else { throw Failure(message: "closed before a response") }
        }
        let lines = String(decoding: received[..<(end - 4)], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            headers[line[..<colon].lowercased()] = String(line[colon...].dropFirst(2))
        }
        let length = isHEAD ? 0 : Int(headers["content-length"] ?? "") ?? 0
        while received.count < end + length {
            guard try receive() > 0 else { throw Failure(message: "closed within a response") }
        }
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let body = String(decoding: received[end..<(end + length)], as: UTF8.self)
        received.removeFirst(end + length)
        return Response(status: status, headers: headers, body: body)
    }

    /// Sends a request for the path, and reads the response.
    func get(_ path: String, headers: String = "") throws -> Response {
        send("GET \(path) HTTP/1.1\r\nHost: test\r\n\(headers)\r\n")
        return try response()
    }

    /// Reads until the server closes; returns how many bytes came.
    @discardableResult
    func readToEnd() throws -> Int {
        var count = received.count
        received = []
        while true {
            let got = try receive()
            received = []
            guard got > 0 else { return count }
            count += got
        }
    }

    /// Whether the server has closed the connection; looks without waiting.
    var isClosed: Bool {
        guard poll(POLLIN, milliseconds: 0) else { return false }
        return ((try? receive()) ?? 0) <= 0
    }

    private func poll(_ events: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        return Glibc.poll(&entry, 1, milliseconds) == 1
    }

    /// Returns 0 at the end, be it in order or by a reset.
    private func receive() throws -> Int {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        if count < 0, errno == ECONNRESET || errno == EPIPE { return 0 }
        guard count >= 0 else { throw Failure(message: "timed out") }
        received += chunk[..<count]
        return count
    }
}

/// Runs a server for as long as the body runs, which may block.
func withServer<Result: Sendable>(
    _ change: (inout HTTPServerSettings) -> Void = { _ in },
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    respond: @escaping @Sendable (HealthRequest) -> HealthResponse = { HealthResponse(status: 200, body: $0.path) },
    _ body: @escaping @Sendable (_ port: Int) throws -> Result
) async throws -> Result {
    var settings = HTTPServerSettings(port: 0)
    settings.addresses = ["127.0.0.1"]
    change(&settings)
    let server = try await HTTPServer.bind(settings, logger: logger, respond: respond)
    let port = server.port
    let result: Swift.Result<Result, any Error> = await offThePool { .init { try body(port) } }
    await server.stop(within: .milliseconds(100))
    return try result.get()
}

/// Runs what blocks on a thread that may be blocked, as a part of the task, so that what it expects is its test's.
func offThePool<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withTaskExecutorPreference(BlockingExecutor()) { body() }
}

/// Threads that may be blocked.
private final class BlockingExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// The memory that the process has, in bytes.
func residentMemory() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 256)
    let count = fread(&text, 1, text.count, file)
    let fields = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
}

/// Keeps what is logged.
final class LogCapture: Sendable {
    private let stored = Mutex<[String]>([])

    var messages: [String] { stored.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(capture: self) } }

    private struct Handler: LogHandler {
        let capture: LogCapture
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { capture.stored.withLock { $0.append("\(event.message)") } }
    }
}

/// Numbers that look random and are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
