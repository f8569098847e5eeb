import Glibc

/// Tells systemd how the service is, by the datagram socket that it names in `NOTIFY_SOCKET` (sd_notify(3)).
package struct ServiceManager: Sendable {
    /// The socket's path; a leading `@` stands for Linux's abstract namespace. Nil without systemd.
    private let path: String?
    /// How often systemd wants to hear of us; nil when it does not care.
    let watchdogInterval: Duration?

    package init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"]
        let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        watchdogInterval =
            isOurs ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0) } : nil
    }

    /// Sends assignments such as `READY=1`. What cannot be sent is not sent: it must not end the service.
    func notify(_ assignments: String...) {
        guard let path, path.hasPrefix("/") || path.hasPrefix("@") else { return }
        var address = sockaddr_un()
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let text = Array(assignments.joined(separator: "\n").utf8)
        _ = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    /// What must go with `RELOADING=1`: the time on the clock that systemd compares with.
    static var monotonicTime: String {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return "MONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)"
    }
}
