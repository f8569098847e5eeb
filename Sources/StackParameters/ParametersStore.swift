import Diagnostics
import Glibc
import LocalFiles

/// Parameters files on this machine's disk.
///
/// Whoever reads gets the old file or the new one. Runs that write wait for each other by a lock on the file's folder,
/// which leaves nothing behind.
package struct ParametersStore: Sendable {
    /// How long another run may hold the lock.
    package var lockTimeout: Duration

    package init(lockTimeout: Duration = .seconds(30)) {
        self.lockTimeout = lockTimeout
    }

    /// The file of a path; nil when it is not there.
    package func read(_ path: String) throws(ParametersError) -> ParametersFile? {
        try read(path, name: path)
    }

    /// Sets one parameter, in a file that is made when it is not there.
    ///
    /// A symbolic link stays one; mode, owner and group of the file are kept. A file that has the value already is not
    /// touched.
    ///
    /// - Throws: An error of the code `unexpectedValue` when the present value is not as expected.
    package func set(
        _ path: String, _ name: String, to text: String, expecting expectation: ParameterExpectation = .anything,
        clock: some Clock<Duration> = ContinuousClock()
    ) async throws(ParametersError) -> ParameterChange {
        let lock: FileLock
        let target: String
        do throws(FileError) {
            target = try Self.destination(of: path)
            lock = try await FileLock.acquire(
                FileSystem.parent(of: target), isFolder: true, purpose: "another run is changing files there",
                timeout: lockTimeout, clock: clock)
        } catch {
            throw ParametersError(error)
        }
        defer { withExtendedLifetime(lock) {} }
        let file = try readOrMake(target, name: path)
        let edited = try file.setting(name, to: text)
        try expectation.check(file, name)
        let change = ParameterChange(from: file, to: edited, name)
        if edited.bytes != file.bytes {
            do throws(FileError) {
                try Self.write(edited.bytes, to: target)
            } catch {
                throw ParametersError(error)
            }
        }
        return change
    }

    private func read(_ path: String, name: String) throws(ParametersError) -> ParametersFile? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try FileSystem.read(path)
        } catch {
            throw ParametersError(error)
        }
        guard let bytes else { return nil }
        do throws(DiagnosticsError) {
            return try ParametersFile(parsing: bytes, name: name)
        } catch {
            throw ParametersError(.badFile, error.diagnostics)
        }
    }

    private func readOrMake(_ path: String, name: String) throws(ParametersError) -> ParametersFile {
        if let file = try read(path, name: name) { return file }
        do throws(DiagnosticsError) {
            return try ParametersFile(absent: name)
        } catch {
            throw ParametersError(.badFile, error.diagnostics)
        }
    }

    /// The path of the file itself, behind all symbolic links.
    private static func destination(of path: String) throws(FileError) -> String {
        var result = path
        for _ in 0..<40 {
            guard let link = FileSystem.destination(ofLink: result) else { return result }
            result = link.hasPrefix("/") ? link : "\(FileSystem.parent(of: result))/\(link)"
        }
        throw FileError(.cannotRead, "cannot read \(path): too many symbolic links")
    }

    /// Replaces a file; a new one gets the usual mode.
    private static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let status = FileSystem.status(path) else {
            return try FileSystem.replace(path, text, mode: 0o644)
        }
        let owner = FileSystem.Owner(name: "", user: status.st_uid, group: status.st_gid)
        let mode = status.st_mode & 0o7777
        try FileSystem.replace(path, text, mode: mode, owner: owner)
        // What the umask took away.
        if let new = FileSystem.status(path), new.st_mode & 0o7777 != mode { chmod(path, mode) }
    }
}
