import Glibc
import SystemPackage

/// A lock on a file or folder that makes two runs safe: the kernel takes it back when its holder ends, however it ends.
package final class FileLock: Sendable {
    private let file: FileDescriptor

    private init(file: FileDescriptor) {
        self.file = file
    }

    /// Takes the lock of a file, which is made when it is not there, or of a folder; waits for its holder until `timeout` on
    /// `clock` is over. `purpose` says what another holder would be doing: `another run is installing`.
    package static func acquire<C: Clock>(
        _ path: String, isFolder: Bool = false, purpose: String, timeout: Duration, clock: C
    ) async throws(FileError) -> FileLock where C.Duration == Duration {
        let lock: FileLock
        do {
            lock = FileLock(
                file: isFolder
                    ? try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
                    : try FileDescriptor.open(
                        FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite))
        } catch {
            throw FileError(.cannotWrite, "cannot open \(path)", errno: error as? Errno)
        }
        let deadline = clock.now.advanced(by: timeout)
        while flock(lock.file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, clock.now < deadline else {
                throw FileError(.locked, "\(purpose): it holds \(path)")
            }
            guard (try? await clock.sleep(until: clock.now.advanced(by: .milliseconds(100)), tolerance: nil)) != nil
            else { throw FileError(.locked, "cancelled while another run holds \(path)") }
        }
        return lock
    }

    deinit {
        try? file.close()
    }
}
