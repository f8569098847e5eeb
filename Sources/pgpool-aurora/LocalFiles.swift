import Diagnostics
import Glibc
import SystemPackage

/// Reading and replacing files, with errors that say what could not be done and why.
enum LocalFiles {
    /// A file that could not be read.
    struct ReadError: Error {
        var path: String
        var reason: String
        var isMissing: Bool
    }

    /// The bytes of a file of at most `limit` bytes.
    static func read(_ path: String, limit: Int = 4 << 20) throws(ReadError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { return bytes }
                    bytes += buffer[..<count]
                    guard bytes.count <= limit else { throw Errno.fileTooLarge }
                }
            }
        } catch let error as Errno {
            throw ReadError(path: path, reason: error.description, isMissing: error == .noSuchFileOrDirectory)
        } catch {
            throw ReadError(path: path, reason: "\(error)", isMissing: false)
        }
    }

    /// The permission bits of a file, or nil when it is not there.
    static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }

    /// Makes a folder that only its owner may enter, and its parents; leaves one that is there as it is.
    static func makeFolder(_ path: String) throws(CommandFailure) {
        if let mode = mode(path) {
            guard mode & S_IFMT == S_IFDIR else {
                throw CommandFailure(.cannotWrite, "\(path) is not a folder", notes: ["give --out another name"])
            }
            return
        }
        var prefix = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            prefix += part + "/"
            guard !part.isEmpty, mkdir(prefix, 0o777) != 0, errno != EEXIST else { continue }
            throw CommandFailure(.cannotWrite, "cannot make the folder \(prefix): \(Errno(rawValue: errno))")
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw CommandFailure(.cannotWrite, "cannot make the folder \(path): \(Errno(rawValue: errno))")
        }
        guard let mode = mode(path), mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(.cannotWrite, "\(path) is not a folder", notes: ["give --out another name"])
        }
    }

    /// Replaces files of a folder, each readable by its owner only: first all are written beside their names, then all
    /// are renamed, so that an error in writing leaves the old ones.
    static func replace(_ files: [(name: String, text: String)], in folder: String) throws(CommandFailure) {
        var written: [(temporary: String, path: String)] = []
        defer { for file in written { unlink(file.temporary) } }
        for (name, text) in files {
            let path = "\(folder)/\(name)"
            let temporary = "\(folder)/.\(name).\(getpid())"
            do {
                unlink(temporary)
                let file = try FileDescriptor.open(
                    FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: .ownerReadWrite)
                written.append((temporary, path))
                try file.closeAfter {
                    _ = try file.writeAll(text.utf8)
                }
            } catch {
                throw CommandFailure(.cannotWrite, "cannot write \(path): \(error)")
            }
        }
        for file in written {
            guard rename(file.temporary, file.path) == 0 else {
                throw CommandFailure(.cannotWrite, "cannot replace \(file.path): \(Errno(rawValue: errno))")
            }
        }
    }
}
