import Glibc

/// The host names of a cluster, in a file that its programs see as /etc/hosts.
struct HostsFile: Sendable {
    let path: String

    /// Points each name at an address.
    ///
    /// The file is overwritten in place, since a bind mount stays with the file that it was made from, and at once and
    /// with lines of equal length, since it is read at any time.
    func write(_ entries: [(name: String, address: String)]) throws {
        let lines = (entries + [("localhost", "127.0.0.1")]).map { name, address in
            let padding = String(repeating: " ", count: max(1, 16 - address.utf8.count))
            return "\(address)\(padding)\(name)\n"
        }
        let text = Array(lines.joined().utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw RealClusterError("\(path): errno \(errno)") }
        defer { close(descriptor) }
        guard pwrite(descriptor, text, text.count, 0) == text.count, ftruncate(descriptor, text.count) == 0,
            fchmod(descriptor, 0o644) == 0
        else { throw RealClusterError("\(path): errno \(errno)") }
    }
}
