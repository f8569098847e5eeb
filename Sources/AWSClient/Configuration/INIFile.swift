package import Diagnostics

/// One of AWS's shared files: sections of settings, read as AWS's own command line reads them.
///
/// `#` and `;` begin a comment only as the first character of a line, quotes are part of the value, names of settings are
/// folded to lower case, and an indented line goes on with the setting above it. Sections of one name are merged, as
/// the other SDKs do; botocore refuses them.
package struct INIFile: Sendable {
    /// The value of one name.
    package struct Setting: Hashable, Redacted, Sendable {
        package var value: String
        /// The settings of the indented block that the value consists of; nil for a plain value.
        package var nested: [String: String]?
        package var location: SourceLocation
    }

    /// The settings below one header, wherever in the file that is.
    package struct Section: Hashable, Sendable {
        package var location: SourceLocation
        package var settings: [String: Setting] = [:]
    }

    /// By header, as it stands between the brackets.
    package private(set) var sections: [String: Section] = [:]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: What is in it.
    ///   - file: Its name, for messages.
    /// - Throws: The first line that cannot be understood, and never a value.
    package init(parsing bytes: [UInt8], file: String) throws(DiagnosticsError) {
        var reader = INIReader(file: file)
        for line in INIFile.lines(of: bytes) { try reader.read(line) }
        sections = try reader.finish()
    }

    /// The lines, whichever way they end. A byte order mark at the start is skipped.
    private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        var lines: [ArraySlice<UInt8>] = []
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            lines.append(rest[..<end])
            let isPair = rest[end] == 0x0D && rest[end...].dropFirst().first == 0x0A
            rest = rest[end...].dropFirst(isPair ? 2 : 1)
        }
        return lines + [rest]
    }
}
