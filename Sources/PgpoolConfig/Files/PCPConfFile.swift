package import ClusterSpec

/// The grammar of pcp.conf: `user:md5`, one a line, `#` in the first column for comments.
package enum PCPConfFile {
    package static let name = "pcp.conf"
    /// The user by which the doctor asks pgpool.
    package static let user = "pgdoctor"

    package struct Entry: Hashable, Sendable {
        package var user: String
        /// 32 lower-case hexadecimal digits.
        package var hash: String
        package var line: Int
    }

    /// A hash as the file holds it.
    package static func write(hash: String) throws(Malformed) -> String {
        guard isHash(hash) else { throw Malformed("is not an MD5 hash: that is 32 lower-case hexadecimal digits") }
        return hash
    }

    /// Whether a text is a hash that pgpool can compare: upper case never matches.
    package static func isHash(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    /// The entries that can log in. A line without a colon ends the reading, as it does in pgpool: nobody after it can
    /// log in. Mirrors `user_authenticate` in `src/pcp_con/pcp_worker.c`.
    package static func read(_ bytes: [UInt8]) -> [Entry] {
        var entries: [Entry] = []
        for (number, line) in lines(of: bytes) {
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon - line.startIndex <= 128 else { break }
            let hash = String(decoding: line[(colon + 1)...], as: UTF8.self)
            // The matching line has 128 bytes for user, colon and hash.
            guard isHash(hash), line.count <= 128 else { continue }
            entries.append(Entry(user: String(decoding: line[..<colon], as: UTF8.self), hash: hash, line: number))
        }
        return entries
    }
}
