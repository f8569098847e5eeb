import CZlib
import FoundationEssentials

/// What a guest is told when it is launched.
struct UserData: Sendable {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(whereSeparator: \.isNewline)
    }

    var buildID: String? { value(of: "PGPOOL_AURORA_BUILD_ID") }
    var role: String? { value(of: "PGPOOL_AURORA_ROLE") }
    var deadManMinutes: Int? { value(of: "PGPOOL_AURORA_DEADMAN_MINUTES").flatMap { Int($0) } }

    /// What a shell gives a variable in a line of its own.
    private func value(of name: String) -> String? {
        for line in lines {
            var rest = line.drop(while: \.isWhitespace)
            if rest.hasPrefix("export ") { rest = rest.dropFirst(7).drop(while: \.isWhitespace) }
            guard rest.hasPrefix("\(name)=") else { continue }
            rest = rest.dropFirst(name.count + 1)
            guard let quote = rest.first, "'\"".contains(quote) else {
                return String(rest.prefix { !$0.isWhitespace && $0 != ";" })
            }
            return String(rest.dropFirst().prefix { $0 != quote })
        }
        return nil
    }

    static func bytes(base64 text: String) -> [UInt8]? { Data(base64Encoded: text).map(Array.init) }

    /// The text, whether it came as it is or by gzip.
    static func text(of bytes: [UInt8]) -> String {
        String(decoding: bytes.starts(with: [0x1F, 0x8B]) ? gunzip(bytes) ?? bytes : bytes, as: UTF8.self)
    }

    /// What gzip has compressed; nil when it is broken, or has more than 16 MB.
    static func gunzip(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window, and 16 for gzip's header.
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        var result: [UInt8] = []
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var status = Z_OK
            while status == Z_OK, result.count < 16 << 20 {
                let part = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = 65_536
                    status = inflate(&stream, Z_NO_FLUSH)
                    count = 65_536 - Int(stream.avail_out)
                }
                result += part
            }
            return status == Z_STREAM_END ? result : nil
        }
    }
}
