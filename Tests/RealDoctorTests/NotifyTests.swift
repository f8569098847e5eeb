import Glibc
import RealCluster
import RenderedCluster
import Testing

/// What systemd hears of a real doctor.
@Suite struct NotifyTests {
    @Test func systemdIsToldWhenItIsReadyReloadsAndStops() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let manager = try Manager(path: "\(cluster.directory)/notify\(UInt32.random(in: .min ... .max))")
        let doctor = try await RunningDoctor.start(
            cluster, pgpool.files, environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "3000000"])
        try await manager.wait(for: "READY=1")
        try await manager.wait(for: "STATUS=ready")
        try await manager.wait(for: "WATCHDOG=1")
        doctor.program.signal(SIGHUP)
        try await manager.wait(for: "RELOADING=1\nMONOTONIC_USEC=")
        try await manager.wait(for: "READY=1")
        doctor.program.signal(SIGTERM)
        try await manager.wait(for: "STOPPING=1")
        #expect(await doctor.program.waitForEnd(within: .seconds(10)) == .exited(0))
        await pgpool.pgpool.stop()
    }
}

/// The socket on which systemd listens.
private final class Manager {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        // The doctor is another user.
        chmod(path, 0o777)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Takes messages until one begins like this.
    func wait(for start: String) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(15))
        var heard: [String] = []
        while true {
            var bytes = [UInt8](repeating: 0, count: 512)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count > 0 {
                heard.append(String(decoding: bytes[..<count], as: UTF8.self))
                if heard.last?.hasPrefix(start) == true { return }
            } else {
                try #require(ContinuousClock.now < deadline, "\(heard)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
