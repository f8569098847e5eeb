import Diagnostics

/// Which line and column is where in a text.
///
/// Lines end with LF, CRLF or CR. A byte order mark belongs to no line: the first line starts behind it.
struct PlaceIndex: Sendable {
    /// A line and the scalars before a byte in it, both from 0.
    private struct Place: Sendable {
        var line: UInt32 = 0
        var column: UInt32 = 0
    }

    private let file: String
    private let bytes: [UInt8]
    /// The first byte behind the byte order mark.
    private let start: Int
    /// The place of the first byte of each stride.
    private var strides: [Place] = []
    private static let strideLength = 64

    init(bytes: [UInt8], file: String) {
        self.file = file
        self.bytes = bytes
        start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        strides.reserveCapacity(bytes.count / Self.strideLength + 1)
        var place = Place()
        for offset in stride(from: 0, through: bytes.count, by: Self.strideLength) {
            strides.append(place)
            advance(&place, from: offset, to: min(offset + Self.strideLength, bytes.count))
        }
    }

    /// The place of a byte; an offset outside of the text is taken to its nearer end.
    func location(ofByte offset: Int) -> SourceLocation {
        let offset = min(max(offset, 0), bytes.count)
        let stride = offset / Self.strideLength
        var place = strides[stride]
        advance(&place, from: stride * Self.strideLength, to: offset)
        return SourceLocation(file: file, line: Int(place.line) + 1, column: Int(place.column) + 1)
    }

    private func advance(_ place: inout Place, from offset: Int, to end: Int) {
        for index in max(offset, start)..<max(end, start) {
            let byte = bytes[index]
            if byte == 0x0A || byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A) {
                place = Place(line: place.line + 1, column: 0)
            } else if byte & 0xC0 != 0x80 {
                place.column += 1
            }
        }
    }
}
