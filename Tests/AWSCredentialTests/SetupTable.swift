/// The set-ups of the comparison with boto3.
enum SetupTable {
    static let all =
        environment + profiles + files + processes + roles + webIdentity + logins + container + instance + regions
        + endpoints

    static let envKeys = ["AWS_ACCESS_KEY_ID": "AKIAFAKEENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "FAKESECRET"]

    static func keys(_ accessKey: String) -> String {
        "aws_access_key_id = \(accessKey)\naws_secret_access_key = FAKESECRET\n"
    }

    static let here = ["AWS_DEFAULT_REGION": "eu-central-1"]
}
