import ConfigInstall
import Glibc
import LocalFiles
import PgpoolConfig

/// The configuration files that are there: in a folder, or installed.
struct PresentFiles {
    /// Where they stand, without a slash at the end.
    var folder: String
    var layout: Layout

    /// What the user gave with `--out`.
    init(folder: String) {
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        layout = .folder
    }

    /// What is in force on this machine.
    init(_ paths: InstallPaths) {
        folder = paths.current
        layout = .installed
    }

    /// The bytes of one file; nil when it is not there.
    func read(_ name: String) throws(CommandFailure) -> [UInt8]? {
        do throws(FileError) {
            return try FileSystem.read("\(folder)/\(name)")
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The bytes of all files that are there.
    func readAll() throws(CommandFailure) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in Rendering.fileNames { files[name] = try read(name) }
        return files
    }

    /// The permission bits of a file.
    func mode(_ name: String) -> UInt32 { (FileSystem.status("\(folder)/\(name)")?.st_mode ?? 0) & 0o7777 }
}
