import Glibc

extension RealCluster {
    /// Distinct TCP ports of 127.0.0.1 that were free a moment ago, chosen by the kernel.
    package static func freePorts(_ count: Int) throws -> [Int] {
        var listeners: [Listener] = []
        // All are held until the last one is chosen, so that they differ.
        defer { listeners.forEach { close($0.descriptor) } }
        return try (0..<count).map { _ in
            guard let listener = try Listener("127.0.0.1") else {
                throw RealClusterError("no free port: errno \(errno)")
            }
            listeners.append(listener)
            return listener.port
        }
    }

    /// One TCP port that was free on each of these addresses a moment ago.
    static func freePort(onAll addresses: [String]) throws -> Int {
        for _ in 0..<50 {
            var listeners: [Listener] = []
            defer { listeners.forEach { close($0.descriptor) } }
            for address in addresses {
                guard let listener = try Listener(address, port: listeners.first?.port ?? 0) else { break }
                listeners.append(listener)
            }
            if listeners.count == addresses.count { return listeners[0].port }
        }
        throw RealClusterError("no port is free on all of \(addresses)")
    }

    /// Addresses of this machine's loopback that no other test process is likely to have chosen, one for each server.
    static func loopbackAddresses() -> [Server: String] {
        let network = "127.\(Int.random(in: 1...254)).\(Int.random(in: 0...255))"
        return [.writer: "\(network).11", .reader: "\(network).12"]
    }
}

/// A socket that holds a port.
private struct Listener {
    let descriptor: Int32
    let port: Int

    /// Nil when the address does not have the port free; port 0 lets the kernel choose.
    init?(_ host: String, port wanted: Int = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw RealClusterError("no socket: errno \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        address.sin_port = UInt16(wanted).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) != 0 || getsockname(descriptor, $0, &length) != 0
            }
        }
        guard !failed else {
            close(descriptor)
            return nil
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }
}
