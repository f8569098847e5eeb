/// The environment, profiles and the two shared files.
extension SetupTable {
    static let environment = [
        Setup("nothing at all", finds: .nothing),
        Setup("keys in the environment", envKeys, finds: .key("AKIAFAKEENVIRONMENT")),
        Setup(
            "a session in the environment", envKeys.merging(["AWS_SESSION_TOKEN": "FAKETOKEN"]) { $1 },
            finds: .session("AKIAFAKEENVIRONMENT")),
        Setup(
            "a session by the old name", envKeys.merging(["AWS_SECURITY_TOKEN": "FAKETOKEN"]) { $1 },
            finds: .session("AKIAFAKEENVIRONMENT")),
        Setup(
            "an empty token", envKeys.merging(["AWS_SESSION_TOKEN": ""]) { $1 }, finds: .key("AKIAFAKEENVIRONMENT")),
        Setup("an access key without a secret", ["AWS_ACCESS_KEY_ID": "AKIAFAKE"], finds: .error()),
        Setup("a secret without an access key", ["AWS_SECRET_ACCESS_KEY": "FAKESECRET"], finds: .nothing),
        Setup("an empty access key", ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "FAKE"], finds: .nothing),
    ]

    static let twoProfiles = "[default]\n\(keys("AKIAFAKEDEFAULT"))[work]\n\(keys("AKIAFAKEWORK"))"

    static let profiles = [
        Setup("the default profile", credentials: twoProfiles, finds: .key("AKIAFAKEDEFAULT")),
        Setup("AWS_PROFILE", ["AWS_PROFILE": "work"], credentials: twoProfiles, finds: .key("AKIAFAKEWORK")),
        Setup(
            "AWS_DEFAULT_PROFILE before AWS_PROFILE", ["AWS_PROFILE": "default", "AWS_DEFAULT_PROFILE": "work"],
            credentials: twoProfiles, finds: .key("AKIAFAKEWORK")),
        Setup(
            "the flag before AWS_PROFILE", ["AWS_PROFILE": "default"], profile: "work", credentials: twoProfiles,
            finds: .key("AKIAFAKEWORK")),
        Setup(
            "keys in the environment before AWS_PROFILE", envKeys.merging(["AWS_PROFILE": "work"]) { $1 },
            credentials: twoProfiles, finds: .key("AKIAFAKEENVIRONMENT")),
        Setup(
            "the flag before keys in the environment", envKeys, profile: "work", credentials: twoProfiles,
            finds: .key("AKIAFAKEWORK")),
        Setup("an unknown profile", ["AWS_PROFILE": "wrok"], credentials: twoProfiles, finds: .brokenFiles),
        Setup(
            "an unknown profile with keys in the environment", envKeys.merging(["AWS_PROFILE": "wrok"]) { $1 },
            credentials: twoProfiles, finds: .brokenFiles),
        Setup("default by name that is not there", profile: "default", finds: .brokenFiles),
        Setup(
            "an empty AWS_PROFILE", ["AWS_PROFILE": ""], credentials: twoProfiles, finds: .brokenFiles,
            ours: .key("AKIAFAKEDEFAULT"), because: "a CI system's empty variable is one that is not set"),
        Setup(
            "a named profile without keys is no end", ["AWS_PROFILE": "empty", "AWS_EC2_METADATA_DISABLED": "false"],
            config: "[profile empty]\nregion = eu-west-3\n",
            finds: .session("ASIAFAKEINSTANCE", region: "eu-west-3")),
        Setup(
            "a section of the config file without the word profile", profile: "work",
            config: "[work]\n\(keys("AKIAFAKEWORK"))", finds: .brokenFiles),
        Setup(
            "a name that AWS's command line has quoted", profile: "my work",
            config: "[profile 'my work']\n\(keys("AKIAFAKEWORK"))", finds: .key("AKIAFAKEWORK")),
        Setup(
            "a name with a space", profile: "my work", config: "[profile \"my work\"]\n\(keys("AKIAFAKEWORK"))",
            finds: .key("AKIAFAKEWORK")),
    ]

    static let files = [
        Setup(
            "the credentials file before the config file", config: "[default]\n\(keys("AKIAFAKECONFIG"))",
            credentials: "[default]\n\(keys("AKIAFAKEDEFAULT"))", finds: .key("AKIAFAKEDEFAULT")),
        Setup(
            "keys in the config file", config: "[default]\n\(keys("AKIAFAKECONFIG"))aws_session_token = FAKETOKEN\n",
            finds: .session("AKIAFAKECONFIG")),
        Setup(
            "the old name of the token", credentials: "[default]\n\(keys("AKIAFAKE"))aws_security_token = FAKETOKEN\n",
            finds: .session("AKIAFAKE")),
        Setup(
            "half of the keys", credentials: "[default]\naws_access_key_id = AKIAFAKE\n",
            files: [".aws/config": "[default]\n\(keys("AKIAFAKECONFIG"))"], finds: .error()),
        Setup(
            "files elsewhere, by ~ and a variable",
            [
                "AWS_SHARED_CREDENTIALS_FILE": "~/elsewhere/keys", "AWS_CONFIG_FILE": "${FOLDER}/settings",
                "FOLDER": "{home}/elsewhere",
            ],
            files: [
                "elsewhere/keys": "[default]\n\(keys("AKIAFAKEDEFAULT"))",
                "elsewhere/settings": "[default]\nregion = sa-east-1\n",
            ], finds: .key("AKIAFAKEDEFAULT", region: "sa-east-1")),
        Setup("a config file that is not there", ["AWS_CONFIG_FILE": "{home}/nothing"], finds: .nothing),
        Setup(
            "CRLF, comments, spaces, capitals and a colon",
            config: "# mine\r\n[default]\r\n; a comment\r\n  Region : eu-north-1 \r\n  # another\r\n\r\n",
            credentials: "\n\n[default]\nAWS_ACCESS_KEY_ID=AKIAFAKE\naws_secret_access_key\t=\tFAKE=SECRET#1\n",
            finds: .key("AKIAFAKE", region: "eu-north-1")),
        Setup("a comment behind a value", config: "[default]\nregion = us-west-2 # here\n", finds: .region("error")),
        Setup("quotes around a value", config: "[default]\nregion = \"us-west-2\"\n", finds: .region("error")),
        Setup("an indented line goes on", config: "[default]\nregion = us-west-2\n  more\n", finds: .region("error")),
        Setup("a section's second setting twice", config: "[default]\nregion = a\nregion = b\n", finds: .brokenFiles),
        Setup(
            "a section twice", config: "[default]\nregion = us-east-2\n[default]\n\(keys("AKIAFAKE"))",
            finds: .brokenFiles, ours: .key("AKIAFAKE", region: "us-east-2"),
            because: "the other SDKs merge them, and nothing is lost"),
        Setup("a line without =", config: "[default]\nregion\n", finds: .brokenFiles),
        Setup("a setting before the first section", config: "region = us-west-2\n[default]\n", finds: .brokenFiles),
        Setup("a nested line without =", config: "[default]\ns3 =\n  nonsense\n", finds: .brokenFiles),
        Setup(
            "no UTF-8", config: "[default]\nregion = us-west-2\n", files: ["binary": "\u{FF}"],
            finds: .region("us-west-2")),
    ]
}
