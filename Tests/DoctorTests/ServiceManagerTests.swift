import Glibc
import TestBasics
import Testing

@testable import Doctor

@Suite struct ServiceManagerTests {
    @Test func assignmentsReachTheSocketThatSystemdNames() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/notify"
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        ServiceManager(environment: ["NOTIFY_SOCKET": path]).notify("READY=1", "STATUS=ready")
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        #expect(count > 0)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "READY=1\nSTATUS=ready")
    }

    @Test func withoutSystemdNothingHappens() {
        ServiceManager(environment: [:]).notify("READY=1")
        ServiceManager(environment: ["NOTIFY_SOCKET": "/nowhere/at/all"]).notify("READY=1")
        #expect(ServiceManager(environment: [:]).watchdogInterval == nil)
    }

    @Test func theWatchdogsTimeIsThatOfTheRightProcess() {
        let wanted = ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "\(getpid())"]
        #expect(ServiceManager(environment: wanted).watchdogInterval == .seconds(60))
        let other = ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"]
        #expect(ServiceManager(environment: other).watchdogInterval == nil)
    }
}
