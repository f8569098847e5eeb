import Diagnostics

/// The bytes of a file, and which line, column and scalar is where.
///
/// Lines end with LF, CRLF or CR. A byte order mark belongs to no line: the first line starts behind it.
struct SourceMap: Sendable {
    let file: String
    let bytes: [UInt8]
    /// The first byte behind the byte order mark.
    let start: Int
    /// Where each line starts.
    private let lineStarts: [UInt32]
    /// For each stride of bytes, the scalars that begin before it.
    private let scalarCounts: [UInt32]
    private static let strideBits = 6

    init(bytes: [UInt8], file: String) {
        self.file = file
        self.bytes = bytes
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        self.start = start
        var lineStarts = [UInt32(start)]
        var scalarCounts: [UInt32] = []
        scalarCounts.reserveCapacity(bytes.count >> Self.strideBits + 1)
        bytes.withUnsafeBufferPointer { bytes in
            var scalars: UInt32 = 0
            var offset = 0
            while offset < bytes.count {
                if offset & (1 << Self.strideBits - 1) == 0 { scalarCounts.append(scalars) }
                let byte = bytes[offset]
                if offset >= start, byte & 0xC0 != 0x80 { scalars += 1 }
                offset += 1
                let isFirstOfPair = byte == 0x0D && offset < bytes.count && bytes[offset] == 0x0A
                if byte == 0x0A || byte == 0x0D, !isFirstOfPair { lineStarts.append(UInt32(offset)) }
            }
            if bytes.count & (1 << Self.strideBits - 1) == 0 { scalarCounts.append(scalars) }
        }
        self.lineStarts = lineStarts
        self.scalarCounts = scalarCounts
    }

    /// The place of a byte; an offset outside of the file is taken to its nearer end.
    func location(ofByte offset: Int) -> SourceLocation {
        let offset = scalarStart(of: offset)
        let line = line(ofByte: offset)
        let column = scalars(before: offset) - scalars(before: lineStart(line)) + 1
        return SourceLocation(file: file, line: line, column: column)
    }

    /// The line of a byte, from 1.
    func line(ofByte offset: Int) -> Int {
        partition(lineStarts) { $0 <= offset }
    }

    /// The bytes before a byte in its line.
    func linePrefix(ofByte offset: Int) -> ArraySlice<UInt8> {
        bytes[lineStart(line(ofByte: offset))..<offset]
    }

    /// The first byte of a line, which is counted from 1.
    func lineStart(_ line: Int) -> Int { Int(lineStarts[line - 1]) }

    /// The byte at which a scalar begins, counted from 0 behind the byte order mark, as libyaml does.
    func byte(ofScalar index: Int) -> Int {
        let stride = max(partition(scalarCounts) { $0 <= index } - 1, 0)
        var offset = max(stride << Self.strideBits, start)
        var scalar = Int(scalarCounts[stride])
        while offset < bytes.count {
            if bytes[offset] & 0xC0 != 0x80 {
                if scalar == index { break }
                scalar += 1
            }
            offset += 1
        }
        return offset
    }

    private func scalarStart(of offset: Int) -> Int {
        var offset = min(max(offset, start), bytes.count)
        var steps = 0
        while offset < bytes.count, offset > start, bytes[offset] & 0xC0 == 0x80, steps < 3 {
            offset -= 1
            steps += 1
        }
        return offset
    }

    private func scalars(before offset: Int) -> Int {
        let stride = offset >> Self.strideBits
        var count = Int(scalarCounts[stride])
        for index in max(stride << Self.strideBits, start)..<max(offset, start) where bytes[index] & 0xC0 != 0x80 {
            count += 1
        }
        return count
    }

    /// How many of the first elements, which are sorted, fulfil the condition.
    private func partition(_ sorted: [UInt32], where holds: (UInt32) -> Bool) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if holds(sorted[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
