import AWSClient
import Subprocess

/// Runs the program of a `credential_process`.
enum CredentialProgram {
    static let run: CredentialProcess = { words, timeout throws(CredentialProcessFailure) in
        guard let program = words.first else { throw .notStarted("it has no name") }
        do {
            return try await withThrowingTaskGroup(of: CredentialProcessResult?.self) { group in
                group.addTask {
                    let record = try await Subprocess.run(
                        .program(program), arguments: Arguments(Array(words.dropFirst())), input: .none,
                        output: .bytes(limit: 256 << 10), error: .bytes(limit: 16 << 20))
                    return CredentialProcessResult(
                        status: Int(record.terminationStatus.shellStatus), output: record.standardOutput,
                        errors: record.standardError)
                }
                group.addTask {
                    try await Task.sleep(for: timeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let result = try await group.next() ?? nil else { throw CredentialProcessFailure.timedOut }
                return result
            }
        } catch let error as CredentialProcessFailure {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .notStarted("\(error)")
        }
    }
}
