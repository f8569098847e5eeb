import Diagnostics

/// A program of the user's that prints credentials: `credential_process`.
package struct ProcessCredentials: CredentialStep {
    package let name: String
    private let command: INIFile.Setting?
    private let run: CredentialProcess

    init(_ profile: Profile, run: @escaping CredentialProcess) {
        name = "credential_process of profile '\(profile.name)'"
        command = profile["credential_process"]
        self.run = run
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        guard let command else { return .absent("it is not set") }
        guard let words = try? CommandWords.split(command.value), !words.isEmpty else {
            throw invalid("\(command.location.file):\(command.location.line): a quote is not closed")
        }
        let result: CredentialProcessResult
        do throws(CredentialProcessFailure) {
            result = try await run(words, .seconds(60))
        } catch {
            switch error {
            case .notStarted(let reason): throw invalid("\(words[0]) cannot be started: \(reason)")
            case .timedOut: throw CredentialError(.unavailable, source: name, "\(words[0]) did not end within a minute")
            case .cancelled: throw CredentialError(.unavailable, source: name, "\(words[0]) was stopped")
            }
        }
        guard result.status == 0 else {
            // What it says may hold what should have been on standard output.
            let says = result.errors.isEmpty ? "" : ", and said \(result.errors.count) bytes on standard error"
            throw CredentialError(
                .refused, source: name, "\(words[0]) ended with status \(result.status)\(says)",
                notes: ["Run it by hand to see why."])
        }
        let answer = try CredentialAnswer(result.output, source: name)
        guard answer.number("Version") == 1 else { throw invalid("the answer's Version is not 1") }
        return .found(try answer.credentials(tokenField: "SessionToken", isTemporary: false))
    }
}

/// Runs a program: its words, the first of which is looked up in PATH, and how long it may take.
package typealias CredentialProcess =
    @Sendable (_ words: [String], _ timeout: Duration) async throws(CredentialProcessFailure) -> CredentialProcessResult

/// Why a program has no result.
package enum CredentialProcessFailure: Error, Hashable, Sendable {
    case notStarted(String)
    case timedOut
    case cancelled
}

/// What a program left.
package struct CredentialProcessResult: Hashable, Redacted, Sendable {
    /// The exit status; 128 and the signal's number for one that was killed.
    package var status: Int
    package var output: [UInt8]
    package var errors: [UInt8]

    package init(status: Int, output: [UInt8], errors: [UInt8] = []) {
        self.status = status
        self.output = output
        self.errors = errors
    }
}
