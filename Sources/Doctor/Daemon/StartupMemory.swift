import Glibc

/// Gives back the pages of code that only the start needed. The kernel has them on disk, and brings back what is used.
enum StartupMemory {
    static func release() {
        for line in (SmallFile.text("/proc/self/maps") ?? "").split(separator: "\n") {
            // `from-to r-xp offset device inode path`: code of a file. Nothing ever writes to it, so nothing can be lost.
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
