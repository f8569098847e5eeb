import FoundationEssentials
import Glibc
import RealCluster
import RenderedCluster
import Testing

/// The built doctor against clients that mean it no good. The server's own tests try each of them by itself.
@Suite struct HostileTests {
    @Test(.timeLimit(.minutes(3)))
    func itKeepsAnsweringAndItsMemoryStaysBounded() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
        let before = try #require(doctor.program.residentMemory)
        let requests = [
            "GET /%25s%25n%25s%25n HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%s%n%x%p HTTP/1.1\r\nHost: %s%n\r\n\r\n",
            "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 1 << 20) + "\r\n\r\n",
            "GET /" + String(repeating: "/", count: 1 << 20) + " HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\0\0\0",
            String(repeating: "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n", count: 1_000),
            "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n",
        ]
        for request in requests {
            _ = try? await HTTPProbe.exchange(port: doctor.port, Array(request.utf8), timeout: .seconds(1))
            #expect(try await doctor.ask("/ready").status == 200)
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 1...2_000)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            _ = try? await HTTPProbe.exchange(port: doctor.port, bytes, timeout: .milliseconds(100))
        }
        #expect(try await doctor.ask("/ready").status == 200)

        // Ten thousand connections that say nothing, in the doctor's hands as many as it takes.
        let idle = try IdleConnections(port: doctor.port, count: 10_000)
        for _ in 0..<5 {
            // As it is built for tests the doctor takes some seconds to look at all of them; see docs/doctor.md.
            let answer = try await HTTPProbe.get(port: doctor.port, path: "/ready", timeout: .seconds(60))
            #expect(answer.status == 200)
        }
        #expect((doctor.program.openFileDescriptors ?? 0) < 1_200)
        #expect((doctor.program.residentMemory ?? 0) < before + 48 << 20)
        idle.close()
        #expect(try await doctor.verdict() == ["200", "200", "200", "200", "ready"])
        #expect(
            !doctor.program.log().contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
        )
        #expect(doctor.program.log().utf8.count < 64 << 10)
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }
}

/// Connections to loopback that are held open and say nothing.
private final class IdleConnections {
    private var descriptors: [Int32] = []

    init(port: Int, count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        try #require(limit.rlim_max > rlim_t(count + 500))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        for _ in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            let status = withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            descriptors.append(descriptor)
            try #require(status == 0)
        }
    }

    func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
        descriptors = []
    }

    deinit { close() }
}
