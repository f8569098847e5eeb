import Glibc
import SystemPackage

/// The lock that makes two runs safe: a file that the kernel unlocks when its holder ends, however it ends.
package final class InstallLock: Sendable {
    private let file: FileDescriptor

    private init(file: FileDescriptor) {
        self.file = file
    }

    /// Takes the lock; waits for another run until `timeout` on `clock` is over.
    package static func acquire<C: Clock>(
        _ paths: InstallPaths, timeout: Duration, clock: C
    ) async throws(InstallError) -> InstallLock where C.Duration == Duration {
        try FileSystem.makeFolder(paths.folder, mode: 0o755)
        let lock: InstallLock
        do {
            lock = InstallLock(
                file: try FileDescriptor.open(
                    FilePath(paths.lock), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite))
        } catch {
            throw InstallError(.cannotWrite, "cannot open \(paths.lock)", errno: error as? Errno)
        }
        let deadline = clock.now.advanced(by: timeout)
        while flock(lock.file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, clock.now < deadline else {
                throw InstallError(.locked, "another run is installing: it holds \(paths.lock)")
            }
            guard (try? await clock.sleep(until: clock.now.advanced(by: .milliseconds(100)), tolerance: nil)) != nil
            else { throw InstallError(.locked, "cancelled while another run holds \(paths.lock)") }
        }
        return lock
    }

    deinit {
        try? file.close()
    }
}
