package import Diagnostics
package import LocalFiles

/// Why parameters could not be read or written.
package struct ParametersError: Error, Sendable {
    package enum Code: Hashable, Sendable {
        /// What is in the file is not as it should be.
        case badFile
        /// No parameter has this name.
        case unknownName
        /// No file can hold this value.
        case badValue
        /// The present value is not the expected one.
        case unexpectedValue
        /// The system did not let it be done; `fileError` says what.
        case file
    }

    package var code: Code
    package var diagnostics: [Diagnostic]
    package var fileError: FileError?

    package init(_ code: Code, _ diagnostics: [Diagnostic]) {
        self.code = code
        self.diagnostics = diagnostics
    }

    package init(_ code: Code, at location: SourceLocation? = nil, key: String = "", _ message: String, note: String?) {
        self.init(code, [Diagnostic(.error, at: location, key: key, message, notes: note.map { [$0] } ?? [])])
    }

    package init(_ error: FileError) {
        self.init(.file, [Diagnostic(.error, error.description)])
        fileError = error
    }
}

extension ParametersError: CustomStringConvertible {
    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
