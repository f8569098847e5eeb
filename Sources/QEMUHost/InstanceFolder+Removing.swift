package import AWSClient
import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

extension InstanceFolder {
    /// Ends the process, and then removes the folder: who is killed between leaves the folder, by which it is found again.
    package func remove(_ timer: WaitTimer) async throws(HostError) {
        for signal in [SIGTERM, SIGKILL] {
            guard let process else { break }
            process.send(signal)
            var rounds = 0
            while process.isThere, rounds < 100 {
                rounds += 1
                do { try await timer.sleep(.milliseconds(50)) } catch { throw HostError(.cancelled, "interrupted") }
            }
        }
        guard process == nil else {
            throw HostError(.inUse, "the process \(process?.id ?? 0) of \(key) does not end")
        }
        for path in [path, partialPath] {
            guard FileSystem.exists(path) else { continue }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw HostError(.rejected, "cannot remove \(path): \(error)")
            }
        }
    }
}
