package import Diagnostics

/// A text in strict JSON (RFC 8259), as a tree that knows where each node is.
///
/// It is UTF-8; a byte order mark at the start is skipped. Duplicate keys and escaped halves of surrogate pairs are
/// errors. A number keeps its text.
package struct JSONDocument: Sendable {
    /// The file as the user named it.
    package let file: String
    /// The file's bytes, as they were given.
    package let bytes: [UInt8]
    package let root: JSONNode
    private let places: PlaceIndex

    /// Reads the bytes of a file or of a message.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - file: Its name, for messages.
    ///   - limit: The number of bytes that are read at most.
    /// - Throws: The first thing that is wrong with it. The message holds no more of the text than one character.
    package init(
        parsing bytes: [UInt8], file: String, limit: Int = JSONLimits.bytes
    ) throws(DiagnosticsError) {
        guard bytes.count <= limit else {
            let location = SourceLocation(file: file, line: 1, column: 1)
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: location, "the text has \(bytes.count) bytes; at most \(limit) are read",
                    notes: ["Is it the file that you meant?"]))
        }
        let places = PlaceIndex(bytes: bytes, file: file)
        self.file = file
        self.bytes = bytes
        self.places = places
        do throws(JSONSyntaxError) {
            root = try JSONReader.read(bytes)
        } catch {
            var notes = error.notes
            if let other = error.other { notes.append("The first one is at \(places.location(ofByte: other)).") }
            throw DiagnosticsError(
                Diagnostic(.error, at: places.location(ofByte: error.offset), error.message, notes: notes))
        }
    }

    /// The place of a byte; an offset outside of the file is taken to its nearer end.
    package func location(ofByte offset: Int) -> SourceLocation {
        places.location(ofByte: offset)
    }
}

/// What a text may hold. Each bounds the time or the memory that a hostile text can take.
package enum JSONLimits {
    /// Bytes, unless the caller says otherwise.
    package static let bytes = 1 << 20
    /// Open objects and lists, one within the other.
    static let depth = 128
}
