import FoundationEssentials
import Glibc
import SimulatedBuild
import Synchronization
import TestBasics

/// A file system of a few pages in memory, mounted on a folder; only root can have one.
final class SmallDisk: Sendable {
    private let path: String
    private let full = Mutex(false)

    init(_ path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=256k") == 0 else { throw SceneError() }
    }

    private var filler: String { "\(path)/filler" }

    /// Leaves no room for another byte. What the pages of files have left is filled up with empty lines.
    func fill() {
        append(to: filler, byte: 0, count: .max)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name.hasSuffix(".jsonl") {
            append(to: "\(path)/\(name)", byte: 0x0A, count: 4096)
        }
        full.withLock { $0 = true }
    }

    /// Until there is no more room.
    private func append(to file: String, byte: UInt8, count: Int) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let page = [UInt8](repeating: byte, count: 4096)
        var left = count
        while left > 0 {
            let written = write(descriptor, page, min(left, page.count))
            guard written > 0 else { return }
            left -= written
        }
    }

    var wasFull: Bool { full.withLock { $0 } }

    func free() { unlink(filler) }
    func remove() { umount2(path, Int32(MNT_DETACH)) }
}
