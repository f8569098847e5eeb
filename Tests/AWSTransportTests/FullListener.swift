import Glibc

/// A port of 127.0.0.1 that takes connections but never speaks, or whose queue is full, so that nobody gets in.
final class FullListener: Sendable {
    let port: Int
    private let descriptors: [Int32]

    /// With a full queue, the kernel drops each attempt without a word.
    init(isFull: Bool) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) != 0 || getsockname(listener, $0, &length) != 0
            }
        }
        guard !failed, listen(listener, isFull ? 0 : 64) == 0 else { throw FullListenerError(errno: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        var open = [listener]
        for _ in 0..<(isFull ? 8 : 0) {
            let client = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            open.append(client)
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(client, $0, length) }
            }
        }
        descriptors = open
    }

    deinit { descriptors.forEach { close($0) } }
}

struct FullListenerError: Error {
    let errno: Int32
}
