import Diagnostics
import Foundation
import StackParameters
import Testing

/// A file's parameters from its text.
func parameters(_ text: String, _ name: String) throws -> ParametersFile {
    try ParametersFile(parsing: Array(text.utf8), name: name)
}

/// The errors of a text, as they are printed; empty when it is fine.
func errors(in text: String, _ name: String) -> String {
    do throws(DiagnosticsError) {
        _ = try ParametersFile(parsing: Array(text.utf8), name: name)
        return ""
    } catch {
        return error.description
    }
}

/// A file, what is set in it, and the file afterwards.
struct Edit: Sendable, CustomTestStringConvertible {
    var file: String
    var before: String
    var name: String
    var value: String
    var after: String

    init(_ file: String, _ before: String, _ name: String, _ value: String, _ after: String) {
        (self.file, self.before, self.name, self.value, self.after) = (file, before, name, value, after)
    }

    var testDescription: String { "\(file) \(before.debugDescription): \(name) = \(value)" }

    /// The file as it gets.
    func run() throws -> String {
        String(decoding: try parameters(before, file).setting(name, to: value).bytes, as: UTF8.self)
    }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "parameters-tests-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    /// The names in the folder, sorted.
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension Collection {
    /// An element by chance; the collection must not be empty.
    func pick(_ generator: inout SeededGenerator) -> Element {
        self[index(startIndex, offsetBy: Int.random(in: 0..<count, using: &generator))]
    }
}

/// How many times as many rounds a property test makes under `scripts/test --long`.
let longFactor = ProcessInfo.processInfo.environment["PGPOOL_AURORA_LONG"] == nil ? 1 : 5
