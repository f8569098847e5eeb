import NIOCore

/// Cuts what a client sends into heads of requests, one at a time, and bounds them.
///
/// The parser gets whole heads only. So what a client pipelines waits as bytes, not as decoded requests.
struct HeadFraming {
    enum Next: Equatable {
        case head(ByteBuffer)
        case incomplete
        case tooLarge
    }

    /// What came and was not taken.
    private(set) var rest = ByteBuffer()
    private let limit: Int
    /// How many bytes were looked at without finding an end that begins there.
    private var scanned = 0

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { rest.readableBytes }
    var isEmpty: Bool { count == 0 }
    var hasHead: Bool { headEnd() != nil }

    mutating func append(_ bytes: ByteBuffer) {
        if isEmpty {
            rest = bytes
        } else {
            // What was taken makes room, or a client that never stops would make this grow.
            if rest.readerIndex >= limit { rest.discardReadBytes() }
            rest.writeImmutableBuffer(bytes)
        }
        if scanned == 0 { skipBlankLines() }
    }

    /// Takes the next head, up to and with its empty line.
    mutating func next() -> Next {
        guard let end = headEnd() else {
            scanned = max(0, rest.readableBytes - 2)
            return rest.readableBytes >= limit ? .tooLarge : .incomplete
        }
        guard end <= limit, let head = rest.readSlice(length: end) else { return .tooLarge }
        scanned = 0
        skipBlankLines()
        return .head(head)
    }

    /// Lets go of all bytes and of their memory.
    mutating func clear() {
        rest = ByteBuffer()
        scanned = 0
    }

    /// Old clients end a request with an empty line too many.
    private mutating func skipBlankLines() {
        let blank = rest.readableBytesView.prefix { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        rest.moveReaderIndex(forwardBy: blank.count)
        if isEmpty { clear() }
    }

    /// Where an empty line ends, with or without carriage returns.
    private func headEnd() -> Int? {
        let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        return rest.withUnsafeReadableBytes { bytes in
            var start = scanned
            while let line = bytes[start...].firstIndex(of: feed) {
                start = line + 1
                let next = start < bytes.count && bytes[start] == carriage ? start + 1 : start
                if next < bytes.count, bytes[next] == feed { return next + 1 }
            }
            return nil
        }
    }
}
