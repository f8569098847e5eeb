package import AWSClient
package import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

/// What builds have left on this machine that no journal tells of.
package enum LocalStrays {
    /// A machine's folder, or an image that is half made.
    package struct Stray: Hashable, Sendable {
        package var path: String
        /// For a machine.
        fileprivate var instance: InstanceFolder?
        fileprivate var changed: Date

        /// Whether it cannot be in use: a machine ends with its build's deadline and some minutes, and one without a
        /// process is being laid out for minutes only.
        package func isOld(at time: Date) -> Bool {
            time.timeIntervalSince(changed) > (instance?.process == nil ? 3_600 : 86_400)
        }

        /// Ends the process, if there is one, and removes the folder.
        package func remove(_ timer: WaitTimer) async throws(HostError) {
            if let instance { return try await instance.remove(timer) }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw HostError(.rejected, "cannot remove \(path): \(error)")
            }
        }

        package static func == (one: Stray, other: Stray) -> Bool { one.path == other.path }
        package func hash(into hasher: inout Hasher) { hasher.combine(path) }
    }

    /// All that is there, except for what belongs to these builds.
    package static func find(in dataFolder: String, sparing builds: Set<BuildID>) -> [Stray] {
        var strays: [Stray] = []
        let instances = InstanceFolder.all(in: dataFolder)
        for name in FileSystem.names(in: instances).sorted() {
            let key = name.hasSuffix(".new") ? String(name.dropLast(4)) : name
            guard !builds.contains(where: { key.hasPrefix("\($0)-") }) else { continue }
            let folder = InstanceFolder(key, in: dataFolder)
            strays.append(
                Stray(path: "\(instances)/\(name)", instance: folder, changed: changed("\(instances)/\(name)")))
        }
        let images = LocalImage.all(in: dataFolder)
        for name in FileSystem.names(in: images).sorted() where name.hasSuffix(".new") {
            strays.append(Stray(path: "\(images)/\(name)", instance: nil, changed: changed("\(images)/\(name)")))
        }
        return strays
    }

    private static func changed(_ path: String) -> Date {
        Date(timeIntervalSince1970: FileSystem.status(path).map { Double($0.st_mtim.tv_sec) } ?? 0)
    }
}
