package import Glibc
import SystemPackage

/// The system calls that reading and replacing files take, with errors that say what could not be done.
package enum FileSystem {
    /// Who owns what is written.
    package struct Owner: Hashable, Sendable {
        package var name: String
        package var user: uid_t
        package var group: gid_t

        package init(name: String, user: uid_t, group: gid_t) {
            self.name = name
            self.user = user
            self.group = group
        }

        /// The user of this name on this machine; nil when there is none.
        package init?(named name: String) {
            guard let entry = getpwnam(name) else { return nil }
            self.init(name: name, user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
        }
    }

    /// The bytes of a file of at most `limit` bytes; nil when it is not there. What is no plain file, such as a pipe that
    /// nobody writes to, is refused unless it is asked for.
    package static func read(
        _ path: String, limit: Int = 4 << 20, takesPipes: Bool = false
    ) throws(FileError) -> [UInt8]? {
        do {
            let options: FileDescriptor.OpenOptions = takesPipes ? .closeOnExec : [.closeOnExec, .nonBlocking]
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: options)
            return try file.closeAfter {
                var status = stat()
                guard takesPipes || fstat(file.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG else {
                    throw FileError(.cannotRead, "cannot read \(path): it is no plain file")
                }
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { return bytes }
                    bytes += buffer[..<count]
                    guard bytes.count <= limit else { throw Errno.fileTooLarge }
                }
            }
        } catch {
            if let error = error as? FileError { throw error }
            let errno = error as? Errno
            if errno == .noSuchFileOrDirectory || errno == .notDirectory { return nil }
            throw FileError(.cannotRead, "cannot read \(path)", errno: errno)
        }
    }

    /// The last bytes of a file, at most `limit`; nil when it is not there.
    package static func readEnd(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
            return try file.closeAfter {
                let size = try file.seek(offset: 0, from: .end)
                try file.seek(offset: max(0, size - Int64(limit)), from: .start)
                var bytes = [UInt8](repeating: 0, count: min(limit, Int(size)))
                var count = 0
                while count < bytes.count {
                    let more = try bytes.withUnsafeMutableBytes {
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
                    }
                    guard more > 0 else { break }
                    count += more
                }
                return Array(bytes[..<count])
            }
        } catch {
            let errno = error as? Errno
            if errno == .noSuchFileOrDirectory || errno == .notDirectory { return nil }
            throw FileError(.cannotRead, "cannot read \(path)", errno: errno)
        }
    }

    /// What `stat` says of a path, links followed; nil when there is nothing.
    package static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    package static func isFolder(_ path: String) -> Bool {
        status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Whether anything is there under this name, a link that leads nowhere too.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether a user may pass through a folder.
    package static func mayEnter(_ path: String, _ owner: Owner) -> Bool {
        guard let status = status(path) else { return false }
        if status.st_uid == owner.user { return status.st_mode & S_IXUSR != 0 }
        return status.st_mode & (status.st_gid == owner.group ? S_IXGRP : S_IXOTH) != 0
    }

    /// Where a symbolic link points to; nil when the path is none.
    package static func destination(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The names in a folder, sorted; empty when it is not there.
    package static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and its parents; leaves one that is there as it is.
    package static func makeFolder(_ path: String, mode: mode_t) throws(FileError) {
        var prefix = ""
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            prefix += index == 0 ? part : "/" + part
            guard !part.isEmpty else { continue }
            let isLast = index == parts.count - 1
            guard mkdir(prefix, isLast ? mode : 0o777) != 0 else { continue }
            guard errno == EEXIST else {
                throw FileError(.cannotWrite, "cannot make the folder \(prefix)", errno: Errno(rawValue: errno))
            }
        }
        guard let status = status(path), status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(.cannotWrite, "\(path) is not a folder")
        }
    }

    /// Writes a new file, and syncs it unless told otherwise; a file of that name is an error.
    package static func create(
        _ path: String, _ text: String, mode: mode_t = 0o600, owner: Owner? = nil, isSynced: Bool = true
    ) throws(FileError) {
        try create(path, Array(text.utf8), mode: mode, owner: owner, isSynced: isSynced)
    }

    /// The same with bytes.
    package static func create(
        _ path: String, _ bytes: [UInt8], mode: mode_t = 0o600, owner: Owner? = nil, isSynced: Bool = true
    ) throws(FileError) {
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: FilePermissions(rawValue: mode))
            try file.closeAfter {
                _ = try file.writeAll(bytes)
                if let owner { try check(fchown(file.rawValue, owner.user, owner.group)) }
                if isSynced { try check(fsync(file.rawValue)) }
            }
        } catch {
            throw FileError(.cannotWrite, "cannot write \(path)", errno: error as? Errno)
        }
    }

    /// Replaces a file at one go: an interruption leaves the old one; a loss of power too, if it is synced.
    package static func replace(
        _ path: String, _ text: String, mode: mode_t = 0o600, owner: Owner? = nil, isSynced: Bool = true
    ) throws(FileError) {
        try replace(path, Array(text.utf8), mode: mode, owner: owner, isSynced: isSynced)
    }

    /// The same with bytes.
    package static func replace(
        _ path: String, _ bytes: [UInt8], mode: mode_t = 0o600, owner: Owner? = nil, isSynced: Bool = true
    ) throws(FileError) {
        let temporary = temporaryName(for: path)
        unlink(temporary)
        do throws(FileError) {
            try create(temporary, bytes, mode: mode, owner: owner, isSynced: isSynced)
            try rename(temporary, to: path, isSynced: isSynced)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Points a symbolic link somewhere at one go: whoever looks finds the old target or the new one.
    package static func replaceLink(_ path: String, to target: String) throws(FileError) {
        let temporary = temporaryName(for: path)
        unlink(temporary)
        guard symlink(target, temporary) == 0 else {
            throw FileError(.cannotWrite, "cannot make the link \(path)", errno: Errno(rawValue: errno))
        }
        do throws(FileError) {
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Removes a file, and syncs the folder that held it.
    package static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 else {
            throw FileError(.cannotWrite, "cannot remove \(path)", errno: Errno(rawValue: errno))
        }
        try syncFolder(parent(of: path))
    }

    /// Renames, and syncs the folder that holds the new name unless told otherwise.
    package static func rename(_ path: String, to new: String, isSynced: Bool = true) throws(FileError) {
        guard Glibc.rename(path, new) == 0 else {
            throw FileError(.cannotWrite, "cannot rename \(path) to \(new)", errno: Errno(rawValue: errno))
        }
        if isSynced { try syncFolder(parent(of: new)) }
    }

    /// Makes sure that a folder's names are on the disk.
    package static func syncFolder(_ path: String) throws(FileError) {
        do {
            let folder = try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
            try folder.closeAfter { try check(fsync(folder.rawValue)) }
        } catch {
            throw FileError(.cannotWrite, "cannot sync the folder \(path)", errno: error as? Errno)
        }
    }

    /// Removes a folder and the plain files in it, as far as that goes.
    package static func remove(folder: String) {
        for name in names(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Removes what an interrupted replacement of this file left.
    package static func removeTemporary(of path: String) {
        unlink(temporaryName(for: path))
    }

    /// The folder that a path stands in.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The name under which a file is written before it takes its own: always the same, so that what a killed run left is
    /// found again.
    private static func temporaryName(for path: String) -> String {
        let folder = parent(of: path)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return folder == "/" ? "/.\(name).new" : "\(folder)/.\(name).new"
    }

    private static func check(_ result: Int32) throws(Errno) {
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}
