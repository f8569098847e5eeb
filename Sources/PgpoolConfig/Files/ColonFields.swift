/// Fields that colons separate, a backslash taking the meaning of the next character away: the form that pool_passwd
/// and libpq's password file share.
enum ColonFields {
    /// A field's text with `\` and `:` escaped.
    static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == ":" { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// What both readers do with a backslash that ends the line.
    enum FinalBackslash {
        /// pool_passwd drops it.
        case dropped
        /// libpq keeps it.
        case kept
    }

    /// Splits a line at its unescaped colons and removes the escapes.
    static func split(_ line: ArraySlice<UInt8>, finalBackslash: FinalBackslash) -> [[UInt8]] {
        var fields: [[UInt8]] = [[]]
        var index = line.startIndex
        while index < line.endIndex {
            let byte = line[index]
            if byte == UInt8(ascii: "\\") {
                index += 1
                if index < line.endIndex {
                    fields[fields.count - 1].append(line[index])
                } else if finalBackslash == .kept {
                    fields[fields.count - 1].append(byte)
                }
            } else if byte == UInt8(ascii: ":") {
                fields.append([])
            } else {
                fields[fields.count - 1].append(byte)
            }
            index += 1
        }
        return fields
    }
}

/// The lines of a file, ended by LF; a last line without one counts.
func lines(of bytes: [UInt8]) -> [(number: Int, bytes: ArraySlice<UInt8>)] {
    var found: [(number: Int, bytes: ArraySlice<UInt8>)] = []
    var start = 0
    while start < bytes.count {
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        found.append((found.count + 1, bytes[start..<end]))
        start = end + 1
    }
    return found
}
