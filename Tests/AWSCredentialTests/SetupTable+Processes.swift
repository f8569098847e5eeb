/// Programs and logins.
extension SetupTable {
    static func process(_ json: String, status: Int = 0) -> [String: String] {
        [
            "answer.json": json,
            "program": "#!/bin/sh\ncat \"$HOME/answer.json\"\necho FAKE trouble >&2\nexit \(status)\n",
        ]
    }

    static let program = "[default]\ncredential_process = /bin/sh \"{home}/program\"\n"

    static let answer = #"{"Version": 1, "AccessKeyId": "AKIAFAKEPROCESS", "SecretAccessKey": "FAKESECRET""#

    static let processes = [
        Setup("a program", config: program, files: process(answer + "}"), finds: .key("AKIAFAKEPROCESS")),
        Setup(
            "a program with a session", config: program,
            files: process(answer + #", "SessionToken": "FAKE", "Expiration": "2099-01-01T00:00:00+00:00"}"#),
            finds: .session("AKIAFAKEPROCESS")),
        Setup("a program that fails", config: program, files: process(answer + "}", status: 3), finds: .error()),
        Setup(
            "a program of another version", config: program,
            files: process(answer.replacing("\"Version\": 1", with: "\"Version\": 2") + "}"), finds: .error()),
        Setup("a program that prints no JSON", config: program, files: process("FAKESECRET"), finds: .error()),
        Setup(
            "a program that is not there", config: "[default]\ncredential_process = {home}/nothing\n",
            finds: .error()),
        Setup(
            "a program before keys in the config file", config: program + keys("AKIAFAKECONFIG"),
            files: process(answer + "}"), finds: .key("AKIAFAKEPROCESS")),
        Setup(
            "keys in the credentials file before a program", config: program,
            credentials: "[default]\n\(keys("AKIAFAKEDEFAULT"))", files: process(answer + "}"),
            finds: .key("AKIAFAKEDEFAULT")),
    ]

    static let sso = "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n"

    static let corp = "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://fake.example/start\n"

    static let logins = [
        roleSetup("SSO", "[profile top]\n\(sso)\(corp)"),
        roleSetup(
            "SSO of the old form",
            "[profile top]\nsso_start_url = https://fake.example\nsso_region = us-east-1\nsso_account_id = 1\n"
                + "sso_role_name = Admin\n"),
        roleSetup("SSO before keys", "[profile top]\n\(sso)\(corp)", credentials: "[top]\n\(keys("AKIAFAKETOP"))"),
        roleSetup(
            "SSO before a program", "[profile top]\n\(sso)credential_process = /bin/sh {home}/program\n\(corp)",
            files: process(answer + "}")),
        roleSetup(
            "a session of SSO without a role is not for keys", "[profile top]\nsso_session = corp\n\(corp)",
            credentials: "[top]\n\(keys("AKIAFAKETOP"))", finds: .key("AKIAFAKETOP", region: "eu-central-1")),
        roleSetup("a console login", "[profile top]\nlogin_session = arn:aws:iam::123456789012:user/me\n"),
    ]
}
