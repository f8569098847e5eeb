package import Diagnostics

/// A file in a strict subset of YAML, as a tree that knows where each node is.
///
/// There is one document, of mappings whose keys are scalars, sequences and scalars. Anchors, aliases, tags,
/// directives and duplicate keys are errors. What a plain scalar means beyond null is the caller's to decide.
package struct YAMLDocument: Sendable {
    /// The file as the user named it.
    package let file: String
    /// The file's bytes, as they were given.
    package let bytes: [UInt8]
    /// The tree; nil for an empty file or one of comments only.
    package let root: YAMLNode?
    let source: SourceMap

    /// Reads the bytes of a file.
    ///
    /// - Throws: All that is wrong with it, in the order of its lines.
    package init(parsing bytes: [UInt8], file: String) throws(DiagnosticsError) {
        guard bytes.count <= YAMLLimits.bytes else {
            let location = SourceLocation(file: file, line: 1, column: 1)
            let message = "the file has \(bytes.count) bytes; at most \(YAMLLimits.bytes) (1 MiB) are read"
            throw DiagnosticsError(
                Diagnostic(.error, at: location, message, notes: ["Is it the file that you meant?"]))
        }
        let source = SourceMap(bytes: bytes, file: file)
        try EncodingCheck.run(source)
        self.file = file
        self.bytes = bytes
        self.source = source
        root = try TreeBuilder.tree(of: source)
    }

    /// The place of a byte; an offset outside of the file is taken to its nearer end.
    package func location(ofByte offset: Int) -> SourceLocation {
        source.location(ofByte: offset)
    }
}
