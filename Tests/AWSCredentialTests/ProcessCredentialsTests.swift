import AWSClient
import Foundation
import Synchronization
import Testing

struct ProcessCredentialsTests {
    private static let answer = #"{"Version": 1, "AccessKeyId": "AKIAFAKE", "SecretAccessKey": "FAKESECRET"}"#

    private func credentials(
        _ command: String = "get", _ result: Result<CredentialProcessResult, CredentialProcessFailure>,
        seen: @escaping @Sendable ([String], Duration) -> Void = { _, _ in }
    ) async throws(CredentialError) -> Credentials? {
        let config = "[default]\ncredential_process = \(command)\n"
        let run: CredentialProcess = { words, limit throws(CredentialProcessFailure) in
            seen(words, limit)
            return try result.get()
        }
        guard
            let chain = try? CredentialChain.fake(
                .fake(["AWS_EC2_METADATA_DISABLED": "true"], files: ["/home/fake/.aws/config": config]), run: run)
        else { return nil }
        return try await chain.credentials()
    }

    private func ended(
        _ status: Int, _ output: String = "", errors: String = ""
    ) -> Result<CredentialProcessResult, CredentialProcessFailure> {
        .success(CredentialProcessResult(status: status, output: Array(output.utf8), errors: Array(errors.utf8)))
    }

    @Test func itsWordsAreThoseOfAShell() async throws {
        let seen = Mutex<[String]>([])
        let found = try await credentials(
            #""/opt/my tool" --role 'a "b"' c\ d "#, ended(0, Self.answer),
            seen: { words, limit in seen.withLock { $0 = words + ["\(limit)"] } })
        #expect(found == Credentials(accessKeyID: "AKIAFAKE", secretAccessKey: "FAKESECRET"))
        #expect(seen.withLock(\.self) == ["/opt/my tool", "--role", #"a "b""#, "c d", "60.0 seconds"])
    }

    @Test func aFailureShowsNothingThatTheProgramSays() async {
        let error = await #expect(throws: CredentialError.self) {
            try await credentials(
                "get --password SECRET", ended(1, "SECRET", errors: "token SECRET\n"))
        }
        #expect(
            error
                == CredentialError(
                    .refused, source: "credential_process of profile 'default'",
                    "get ended with status 1, and said 13 bytes on standard error",
                    notes: ["Run it by hand to see why."]))
    }

    @Test func whyThereIsNoResult() async {
        for (command, result, code, message) in [
            ("'get", ended(0), CredentialError.Code.invalid, "~/.aws/config:2: a quote is not closed"),
            ("get", .failure(.notStarted("No such file")), .invalid, "get cannot be started: No such file"),
            ("get", .failure(.timedOut), .unavailable, "get did not end within a minute"),
            ("get", .failure(.cancelled), .unavailable, "get was stopped"),
            ("get", ended(0, "SECRET"), .invalid, "the answer is no JSON"),
            ("get", ended(0, #"{"Version": 2}"#), .invalid, "the answer's Version is not 1"),
            (
                "get", ended(0, #"{"Version": 1, "AccessKeyId": "A"}"#), .invalid,
                "the answer has no text in the field SecretAccessKey"
            ),
        ] {
            let error = await #expect(throws: CredentialError.self) { try await credentials(command, result) }
            #expect(error == CredentialError(code, source: "credential_process of profile 'default'", message))
        }
    }
}
