import DatabaseSecrets
import PgpoolConfig
import Testing

/// What texts of secrets mean.
@Suite struct SecretTextTests {
    @Test(arguments: [
        (#"{"username":"app","password":"p w"}"#, "app", "p w"),
        (#"{"engine":"postgres","host":"h","port":5432,"password":"p","username":"app","dbname":"d"}"#, "app", "p"),
        (#"{"password":"p"}"#, nil, "p"), (#"{"username":null,"password":"p"}"#, nil, "p"),
        ("\n {\"password\": \"\\ud83d\\ude00\\u00e9\\\"\\\\\"}\n", nil, "😀é\"\\"), (#"{"password":""}"#, nil, ""),
        // The password alone.
        ("hunter", nil, "hunter"), ("hunter\n", nil, "hunter"), ("hunter\r\n", nil, "hunter"),
        ("hunter\n\n", nil, "hunter\n"), ("", nil, ""), ("\"quoted\"", nil, "\"quoted\""), ("12345", nil, "12345"),
        ("[\"a\"]", nil, "[\"a\"]"), ("{curly", nil, "{curly"), ("{}x", nil, "{}x"), (" blanks ", nil, " blanks "),
    ])
    func aTextIsALogin(text: String, user: String?, password: String) throws {
        let login = try Login(secret: text)
        #expect(login.user == user)
        #expect(login.password.clearText == password)
    }

    @Test(arguments: [
        (#"{"password": "p""#, "looks like JSON, but is broken"),
        (#"{ "password": "p", }"#, "looks like JSON, but is broken"),
        (#"{"password": "p", "password": "q"}"#, "looks like JSON, but is broken"),
        ("{}", "is an empty object"), (#"{"Password":"p"}"#, "has no key 'password', but 'Password'"),
        (#"{"user":"a","pass":"p"}"#, "has no key 'password', but 'user', 'pass'"),
        (#"{"password":5}"#, "has a password that is no string"),
        (#"{"password":null}"#, "has a password that is no string"),
        (#"{"username":{},"password":"p"}"#, "has a username that is no string"),
    ])
    func whatIsNoLoginIsRefusedWithoutItsText(text: String, message: String) {
        let error = #expect(throws: SecretTextError.self) { try Login(secret: text) }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf", "us-east-1"),
        ("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a/b:c-AbCdEf", "cn-north-1"),
        ("app", nil), ("arn:aws:ssm:us-east-1:123456789012:parameter:x", nil), ("arn:aws:secretsmanager", nil),
        ("arn:aws:secretsmanager::123456789012:secret:app", nil),
    ])
    func anARNHasARegion(text: String, region: String?) {
        #expect(SecretFetcher.region(ofARN: text) == region)
    }

    @Test func aLoginDoesNotShowItsPassword() throws {
        let login = try Login(secret: #"{"username":"app","password":"canary"}"#)
        var shown = "\(login) \(String(reflecting: login))"
        dump(login, to: &shown)
        #expect(shown.contains("app") && !shown.contains("canary"))
    }
}
