import Testing

@testable import Postgres

struct ConnectionParametersTests {
    private let parameters = ConnectionParameters(
        host: "db.test", port: 6432, database: "postgres://u:p@h/d", user: "app", password: "pass=word 'x'",
        sslmode: .verifyFull)

    @Test func showsNoPassword() {
        var dumped = ""
        dump(parameters, to: &dumped)
        for text in ["\(parameters)", String(reflecting: parameters), dumped, "\([parameters])"] {
            #expect(!text.contains("pass=word"))
            #expect(text.contains("app@db.test:6432"))
        }
    }

    @Test func givesLibpqEachValueAsItIs() {
        let keywords = parameters.keywords(address: "10.0.0.7").map { "\($0.keyword)=\($0.value)" }
        #expect(
            keywords == [
                "host=db.test", "hostaddr=10.0.0.7", "port=6432", "dbname=postgres://u:p@h/d", "user=app",
                "password=pass=word 'x'", "sslmode=verify-full", "client_encoding=UTF8", "gssencmode=disable",
                "target_session_attrs=any",
            ])
    }
}
