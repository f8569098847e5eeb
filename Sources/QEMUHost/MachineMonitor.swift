import Dispatch
import Glibc
package import ImageBuild
import JSONDocument
import SystemPackage

/// Talks to QEMU by its machine protocol, a command a connection.
///
/// Source: "QEMU Machine Protocol Specification" in QEMU's documentation.
package struct MachineMonitor: Sendable {
    private let folder: String
    private let limit: Int

    /// The socket is in the instance's folder. Nobody waits longer than `limit` seconds for one answer.
    package init(_ folder: InstanceFolder, limit: Int = 10) {
        self.folder = folder.path
        self.limit = limit
    }

    /// Has QEMU do something that has no arguments, such as `system_powerdown`.
    package func execute(_ command: String) async throws(HostError) {
        _ = try await send("{\"execute\": \"\(command)\"}")
    }

    /// By which ports of this machine the ports of the guest are reached.
    package func forwards() async throws(HostError) -> [Int: Int] {
        let answer = try await send(
            "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"info usernet\"}}")
        var ports: [Int: Int] = [:]
        for line in (answer?.text ?? "").split(whereSeparator: \.isNewline) {
            // TCP[HOST_FORWARD]  8  127.0.0.1 36761  10.0.2.15  9999  0  0
            let words = line.split(separator: " ")
            guard words.count > 5, words[0] == "TCP[HOST_FORWARD]", let own = Int(words[3]), let guest = Int(words[5])
            else { continue }
            ports[guest] = own
        }
        return ports
    }

    private func send(_ command: String) async throws(HostError) -> JSONNode? {
        let outcome = await withCheckedContinuation { continuation in
            // A socket that somebody does not answer on holds up nobody else there.
            DispatchQueue.global().async { continuation.resume(returning: converse(command)) }
        }
        return try outcome.get()
    }

    private func converse(_ command: String) -> Result<JSONNode?, HostError> {
        do throws(Errno) {
            let socket = try connected()
            defer { close(socket) }
            var reader = LineReader(socket: socket)
            _ = try reader.next { $0["QMP"] != nil }
            var result: JSONNode?
            for line in ["{\"execute\": \"qmp_capabilities\"}", command] {
                try send("\(line)\n", socket)
                let answer = try reader.next { $0["return"] != nil || $0["error"] != nil }
                if let text = answer["error"]?["desc"]?.text {
                    return .failure(HostError(.rejected, "QEMU refuses \(line): \(text)"))
                }
                result = answer["return"]
            }
            return .success(result)
        } catch {
            return .failure(HostError(.unavailable, "QEMU does not answer in \(folder): \(error)"))
        }
    }

    private func connected() throws(Errno) -> Int32 {
        // Through the folder's descriptor, since an address has no room for a long path.
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Errno(rawValue: errno) }
        defer { close(directory) }
        let path = "/proc/self/fd/\(directory)/\(InstanceFolder.Name.monitor)"
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Errno(rawValue: errno) }
        var time = timeval(tv_sec: limit, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let trouble = Errno(rawValue: errno)
            close(socket)
            throw trouble
        }
        return socket
    }

    private func send(_ text: String, _ socket: Int32) throws(Errno) {
        let bytes = Array(text.utf8)
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Errno(rawValue: errno)
        }
    }
}

/// Reads documents that have a line each.
private struct LineReader {
    let socket: Int32
    private var rest: [UInt8] = []

    init(socket: Int32) {
        self.socket = socket
    }

    /// The next document that is wanted; others tell of events.
    mutating func next(_ isWanted: (JSONNode) -> Bool) throws(Errno) -> JSONNode {
        while true {
            while let end = rest.firstIndex(of: 0x0A) {
                let line = Array(rest[..<end])
                rest.removeSubrange(...end)
                guard let document = try? JSONDocument(parsing: line, file: "qmp") else { continue }
                if isWanted(document.root) { return document.root }
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { throw count == 0 ? .connectionReset : Errno(rawValue: errno) }
            rest += buffer[..<count]
        }
    }
}
