import Testing

@testable import Postgres

struct PostgresErrorTests {
    @Test func takesTheCodeOutOfAVerboseMessage() {
        let error = PostgresError.connecting(
            verbose: """
                connection to server at "127.0.0.1", port 5432 failed: FATAL:  28P01: password authentication failed
                LOCATION:  auth_failed, auth.c:331
                """)
        #expect(error.code == .connectionFailed)
        #expect(error.sqlState == "28P01")
        #expect(
            error.message
                == #"connection to server at "127.0.0.1", port 5432 failed: FATAL:  password authentication failed"#)
    }

    @Test func takesTheLastCodeOfSeveralAttempts() {
        let error = PostgresError.connecting(
            verbose: """
                first failed: FATAL:  28000: no entry, SSL encryption
                LOCATION:  ClientAuthentication, auth.c:500
                second failed: FATAL:  3D000: no such database
                """)
        #expect(error.sqlState == "3D000")
        #expect(
            error.message == """
                first failed: FATAL:  no entry, SSL encryption
                second failed: FATAL:  no such database
                """)
    }

    @Test func hasNoCodeWhenNoServerSpoke() {
        let text = #"connection to server at "127.0.0.1", port 1 failed: Connection refused"#
        #expect(PostgresError.connecting(verbose: text) == PostgresError(code: .connectionFailed, message: text))
    }

    @Test func describesItselfWithTheCode() {
        #expect("\(PostgresError(code: .queryFailed, sqlState: "42601", message: "no"))" == "no (SQLSTATE 42601)")
        #expect("\(PostgresError(code: .timeout, message: "late"))" == "late")
    }
}
