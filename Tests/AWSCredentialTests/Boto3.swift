import Dispatch
import Foundation
import Synchronization
import TestPython

/// boto3 in a Python process, with the fakes that both sides talk to.
final class Boto3: Sendable {
    /// The ports of the fakes.
    struct Ports: Decodable {
        var imds: Int
        var container: Int
        var sts: Int
        /// Nobody listens there.
        var closed: Int
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let ports: Ports
    private let process = Process()
    private let input = Pipe()
    /// Where pipes are waited for, off the cooperative pool.
    private let queue = DispatchQueue(label: "boto3")
    private let output: Mutex<LineReader>

    static func start() async throws -> Boto3 {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try Boto3() }) }
        }
    }

    private init() throws {
        let python = try TestPython.path()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracle/boto3_oracle.py").path
        process.executableURL = URL(filePath: python)
        process.arguments = ["-u", script]
        let pipe = Pipe()
        process.standardInput = input
        process.standardOutput = pipe
        try process.run()
        var reader = LineReader(pipe.fileHandleForReading)
        guard let line = reader.next() else {
            throw Failure(description: "\(python) runs no boto3; run scripts/install-dependencies test")
        }
        ports = try JSONDecoder().decode(Ports.self, from: line)
        output = Mutex(reader)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What boto3 finds, and what it says of its errors.
    func look(
        home: String, environment: [String: String], profile: String?, service: String?
    ) async throws -> (finding: Finding, why: [String]) {
        struct Question: Encodable {
            var ask = "look"
            var home: String
            var environment: [String: String]
            var profile: String
            var service: String
        }
        struct Why: Decodable {
            var why: [String]
        }
        let line = try await answer(
            to: Question(home: home, environment: environment, profile: profile ?? "", service: service ?? ""))
        let decoder = JSONDecoder()
        return (try decoder.decode(Finding.self, from: line), try decoder.decode(Why.self, from: line).why)
    }

    /// The addresses by botocore's rule sets: for each service, for each region, plain, FIPS, dual stack, both.
    func endpoints(services: [String], regions: [String]) async throws -> [String?] {
        struct Question: Encodable {
            var ask = "endpoints"
            var services: [String]
            var regions: [String]
        }
        return try JSONDecoder().decode(
            [String?].self, from: await answer(to: Question(services: services, regions: regions)))
    }

    /// The words of each line; nil where a quote is open.
    func words(of lines: [String]) async throws -> [[String]?] {
        struct Question: Encodable {
            var ask = "words"
            var lines: [String]
        }
        return try JSONDecoder().decode([[String]?].self, from: await answer(to: Question(lines: lines)))
    }

    /// The sections of each file; nil where botocore refuses it.
    func settings(of files: [String]) async throws -> [[String: [String: SettingText]]?] {
        struct Question: Encodable {
            var ask = "settings"
            var files: [String]
        }
        return try JSONDecoder().decode(
            [[String: [String: SettingText]]?].self, from: await answer(to: Question(files: files)))
    }

    private func answer(to question: some Encodable) async throws -> Data {
        let line = try JSONEncoder().encode(question) + [0x0A]
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.exchange(line) }) }
        }
    }

    private func exchange(_ line: Data) throws -> Data {
        try output.withLock { output in
            try input.fileHandleForWriting.write(contentsOf: line)
            guard let line = output.next() else { throw Failure(description: "the Python process ended") }
            return line
        }
    }
}

/// The value of a setting: text, or a block of settings.
enum SettingText: Decodable, Hashable {
    case plain(String)
    case nested([String: String])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .plain(text)
        } else {
            self = .nested(try container.decode([String: String].self))
        }
    }
}

/// What one side finds for a set-up.
struct Finding: Codable, Hashable {
    /// The access key, or `none`, or `error`.
    var credentials: String
    var hasToken = false
    /// Nil when none is set; `error` when it cannot be one.
    var region: String?
    /// Nil when it was not asked for; `error` when the settings make none.
    var endpoint: String?
}

/// Reads lines from a pipe, one at a time.
struct LineReader: ~Copyable {
    private let handle: FileHandle
    private var buffer = Data()

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    /// The next line; nil at the end.
    mutating func next() -> Data? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                defer { buffer.removeSubrange(...end) }
                return buffer[..<end]
            }
            let more = handle.availableData
            guard !more.isEmpty else { return nil }
            buffer += more
        }
    }
}
