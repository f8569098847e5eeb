/// Why the test cluster, or a program of it, did not do what a test wanted.
package struct RealClusterError: Error, CustomStringConvertible {
    package var message: String
    /// The end of the program's output.
    package var output: String

    init(_ message: String, output: String = "") {
        self.message = message
        self.output = output
    }

    /// The message, then the output on lines of its own.
    package var description: String { output.isEmpty ? message : "\(message)\n\(output)" }
}
