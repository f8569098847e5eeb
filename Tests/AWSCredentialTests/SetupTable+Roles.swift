/// Roles of profiles, and web identities.
extension SetupTable {
    static let arn = "role_arn = arn:aws:iam::123456789012:role/"

    static func role(_ key: String) -> Finding { .session(key, region: "eu-central-1") }

    static func roleSetup(
        _ name: String, _ config: String, credentials: String? = nil, files: [String: String] = [:],
        environment: [String: String] = [:], finds: Finding = .error(region: "eu-central-1"), ours: Finding? = nil,
        because reason: String? = nil
    ) -> Setup {
        Setup(
            name, here.merging(environment) { $1 }, profile: "top", config: config, credentials: credentials,
            files: files, finds: finds, ours: ours, because: reason)
    }

    static let base = "[base]\n\(keys("AKIAFAKEBASE"))"

    static let roles = [
        roleSetup(
            "a role by source_profile", "[profile top]\n\(arn)one\nsource_profile = base\n", credentials: base,
            finds: role("ASIA(one,AKIAFAKEBASE,,,)")),
        roleSetup(
            "a role with all of its settings",
            "[profile top]\n\(arn)one\nsource_profile = base\nexternal_id = 42\nrole_session_name = me\n"
                + "duration_seconds = 1800\n",
            credentials: base, finds: role("ASIA(one,AKIAFAKEBASE,me,42,1800)")),
        roleSetup(
            "a chain of roles",
            "[profile top]\n\(arn)one\nsource_profile = mid\n[profile mid]\n\(arn)two\nsource_profile = base\n",
            credentials: base, finds: role("ASIA(one,ASIA(two,AKIAFAKEBASE,,,),,,)")),
        roleSetup(
            "a profile that is its own source",
            "[profile top]\n\(arn)one\nsource_profile = top\n\(keys("AKIAFAKETOP"))",
            finds: role("ASIA(one,AKIAFAKETOP,,,)")),
        roleSetup(
            "a role before the keys beside it",
            "[profile top]\n\(arn)one\nsource_profile = base\n\(keys("AKIAFAKETOP"))",
            credentials: base, finds: role("ASIA(one,AKIAFAKEBASE,,,)")),
        roleSetup(
            "a source with keys and a role gives its keys",
            "[profile top]\n\(arn)one\nsource_profile = mid\n[profile mid]\n\(arn)two\nsource_profile = base\n"
                + keys("AKIAFAKEMID"), credentials: base, finds: role("ASIA(one,AKIAFAKEMID,,,)")),
        roleSetup("a profile that is its own source without keys", "[profile top]\n\(arn)one\nsource_profile = top\n"),
        roleSetup(
            "a circle",
            "[profile top]\n\(arn)one\nsource_profile = mid\n[profile mid]\n\(arn)two\nsource_profile = top\n"),
        roleSetup("an unknown source", "[profile top]\n\(arn)one\nsource_profile = nobody\n"),
        roleSetup(
            "a source without keys", "[profile top]\n\(arn)one\nsource_profile = mid\n[profile mid]\nregion = a\n"),
        roleSetup("a role without a source", "[profile top]\n\(arn)one\n"),
        roleSetup(
            "a role with two sources",
            "[profile top]\n\(arn)one\nsource_profile = base\ncredential_source = Environment\n", credentials: base),
        roleSetup(
            "a role by the environment", "[profile top]\n\(arn)one\ncredential_source = Environment\n",
            environment: envKeys, finds: role("ASIA(one,AKIAFAKEENVIRONMENT,,,)")),
        roleSetup("a role by an empty environment", "[profile top]\n\(arn)one\ncredential_source = Environment\n"),
        roleSetup(
            "a role by the container", "[profile top]\n\(arn)one\ncredential_source = EcsContainer\n",
            environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:{container}/plain"],
            finds: role("ASIA(one,ASIAFAKECONTAINER,,,)")),
        roleSetup(
            "a role by the instance", "[profile top]\n\(arn)one\ncredential_source = Ec2InstanceMetadata\n",
            environment: ["AWS_EC2_METADATA_DISABLED": "false"], finds: role("ASIA(one,ASIAFAKEINSTANCE,,,)")),
        roleSetup(
            "a role by an instance that is none", "[profile top]\n\(arn)one\ncredential_source = Ec2InstanceMetadata\n"),
        roleSetup("a source in other letters", "[profile top]\n\(arn)one\ncredential_source = environment\n"),
        roleSetup(
            "a role by a program",
            "[profile top]\n\(arn)one\nsource_profile = mid\n"
                + program.replacing("default", with: "profile mid"),
            files: process(answer + "}"), finds: role("ASIA(one,AKIAFAKEPROCESS,,,)")),
        roleSetup(
            "a role by a web identity",
            "[profile top]\n\(arn)one\nsource_profile = mid\n[profile mid]\n\(arn)two\n"
                + "web_identity_token_file = {home}/token\n",
            files: ["token": "FAKEJWT"], finds: role("ASIA(one,ASIA(two,FAKEJWT,,,),,,)")),
        roleSetup(
            "a role with a code",
            "[profile top]\n\(arn)one\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n",
            credentials: base),
        roleSetup(
            "a duration that is none", "[profile top]\n\(arn)one\nsource_profile = base\nduration_seconds = 1h\n",
            credentials: base, finds: role("ASIA(one,AKIAFAKEBASE,,,)"), ours: .error(region: "eu-central-1"),
            because: "what a user wrote is not dropped in silence"),
        Setup(
            "keys in the environment before a role",
            here.merging(envKeys.merging(["AWS_PROFILE": "top"]) { $1 }) { $1 },
            config: "[profile top]\n\(arn)one\nsource_profile = base\n", credentials: base,
            finds: .key("AKIAFAKEENVIRONMENT", region: "eu-central-1")),
    ]

    static let web = here.merging([
        "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web",
    ]) { $1 }

    static let webIdentity = [
        Setup("a web identity", web, files: ["token": "FAKEJWT"], finds: role("ASIA(web,FAKEJWT,,,)")),
        Setup(
            "a web identity with a name", web.merging(["AWS_ROLE_SESSION_NAME": "ci-7"]) { $1 },
            files: ["token": "FAKEJWT"], finds: role("ASIA(web,FAKEJWT,ci-7,,)")),
        Setup(
            "a web identity before keys in a file", web, credentials: twoProfiles, files: ["token": "FAKEJWT"],
            finds: role("ASIA(web,FAKEJWT,,,)")),
        Setup(
            "the flag before a web identity", web, profile: "work", credentials: twoProfiles,
            files: ["token": "FAKEJWT"], finds: .key("AKIAFAKEWORK", region: "eu-central-1")),
        Setup("a web identity without its file", web, finds: .error(region: "eu-central-1")),
        Setup(
            "a web identity without a role", web.merging(["AWS_ROLE_ARN": ""]) { $1 }, files: ["token": "FAKEJWT"],
            finds: .error(region: "eu-central-1")),
        roleSetup(
            "a web identity in a profile", "[profile top]\n\(arn)two\nweb_identity_token_file = {home}/token\n",
            files: ["token": "FAKEJWT"], finds: role("ASIA(two,FAKEJWT,,,)")),
    ]
}
