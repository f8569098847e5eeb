import Glibc
import SystemPackage

/// A file to which lines are added, each on the disk before the next thing is done.
package final class LineLog: Sendable {
    private let path: String
    private let file: FileDescriptor

    /// Opens a file, or makes it. A last line that an interruption cut off is ended, so that it does not spoil the next.
    package init(_ path: String) throws(FileError) {
        self.path = path
        do {
            file = try FileDescriptor.open(
                FilePath(path), .readWrite, options: [.create, .append, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw FileError(.cannotWrite, "cannot open \(path)", errno: error as? Errno)
        }
        do {
            let size = try file.seek(offset: 0, from: .end)
            guard size > 0 else { return }
            var last: [UInt8] = [0]
            _ = try last.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: size - 1, into: $0) }
            if last != [0x0A] { _ = try file.writeAll("\n".utf8) }
        } catch {
            throw FileError(.cannotWrite, "cannot write \(path)", errno: error as? Errno)
        }
    }

    /// Adds a line, and returns when it is on the disk.
    package func append(_ line: String) throws(FileError) {
        do {
            _ = try file.writeAll((line + "\n").utf8)
            guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            throw FileError(.cannotWrite, "cannot write \(path)", errno: error as? Errno)
        }
    }

    deinit {
        try? file.close()
    }
}
