import Glibc
import RealCluster

/// A socket on 127.0.0.1 that accepts connections into its backlog and never says a word.
final class SilentServer {
    let port: Int
    private let descriptor: Int32

    init() throws {
        port = try RealCluster.freePorts(1)[0]
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
            }
        }
        guard !failed, listen(descriptor, 16) == 0 else { throw PortTaken() }
    }

    deinit {
        close(descriptor)
    }

    struct PortTaken: Error {}
}
