package import Diagnostics

/// What AWS's settings are read from: variables, a home folder, files. The command hands it in.
package struct AWSEnvironment: Redacted, Sendable {
    package var variables: [String: String]
    /// What `~` stands for; nil when the user has none.
    package var homeFolder: String?
    private let readFile: @Sendable (_ path: String) throws(DiagnosticsError) -> [UInt8]?

    /// `readFile` reads a whole file; it returns nil when that is not there or is a folder, and throws when it is there
    /// and cannot be read.
    package init(
        variables: [String: String], homeFolder: String?,
        readFile: @escaping @Sendable (_ path: String) throws(DiagnosticsError) -> [UInt8]?
    ) {
        self.variables = variables
        self.homeFolder = homeFolder
        self.readFile = readFile
    }

    /// The value of a variable; nil when it is not set, or empty, which is how CI systems write "not set".
    package subscript(variable: String) -> String? {
        guard let value = variables[variable], !value.isEmpty else { return nil }
        return value
    }

    /// What is in a file; nil when it is not there.
    package func contents(ofFile path: String) throws(DiagnosticsError) -> [UInt8]? {
        try readFile(path)
    }

    /// A path with a leading `~` and each `$NAME` or `${NAME}` replaced. What is not known stays as it is.
    package func expand(_ path: String) -> String {
        let path = expandVariables(path)
        guard let homeFolder, path == "~" || path.hasPrefix("~/") else { return path }
        return homeFolder + path.dropFirst()
    }

    private func expandVariables(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            let isBraced = rest.first == "{"
            let name = rest.dropFirst(isBraced ? 1 : 0).prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
            }
            let tail = rest[name.endIndex...]
            guard let value = variables[String(name)], !name.isEmpty, !isBraced || tail.first == "}" else {
                result += "$"
                continue
            }
            result += value
            rest = tail.dropFirst(isBraced ? 1 : 0)
        }
        return result + rest
    }
}
