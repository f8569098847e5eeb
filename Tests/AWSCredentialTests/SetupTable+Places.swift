/// Regions and endpoints.
extension SetupTable {
    static let regions = [
        Setup("AWS_DEFAULT_REGION", here, finds: .region("eu-central-1")),
        Setup("the profile's region", config: "[default]\nregion = us-east-2\n", finds: .region("us-east-2")),
        Setup(
            "AWS_DEFAULT_REGION before the profile's", here, config: "[default]\nregion = us-east-2\n",
            finds: .region("eu-central-1")),
        Setup(
            "a region in the credentials file", credentials: "[default]\nregion = us-east-2\n",
            finds: .region("us-east-2")),
        Setup(
            "a region of the other profile", ["AWS_PROFILE": "work"],
            config: "[default]\nregion = us-east-2\n[profile work]\noutput = json\n", finds: .region(nil)),
        Setup("a region that is none", ["AWS_DEFAULT_REGION": "us east 1"], finds: .region("error")),
        Setup(
            "AWS_REGION", ["AWS_REGION": "us-west-1"], finds: .region(nil), ours: .region("us-west-1"),
            because: "all of AWS's tools but botocore read it"),
        Setup(
            "AWS_REGION before AWS_DEFAULT_REGION", here.merging(["AWS_REGION": "us-west-1"]) { $1 },
            finds: .region("eu-central-1"), ours: .region("us-west-1"),
            because: "all of AWS's tools but botocore read it, and it is the one that they have in common"),
        Setup(
            "the instance's region", ["AWS_EC2_METADATA_DISABLED": "false"],
            finds: .session("ASIAFAKEINSTANCE"), ours: .session("ASIAFAKEINSTANCE", region: "ap-southeast-2"),
            because: "where an instance runs is a better answer than none"),
    ]

    static func endpointSetup(
        _ name: String, _ environment: [String: String] = [:], _ config: String = "", service: String = "autoscaling",
        region: String = "us-west-2", finds endpoint: String
    ) -> Setup {
        Setup(
            name, environment.merging(["AWS_DEFAULT_REGION": region]) { $1 }, config: "[default]\n\(config)",
            service: service, finds: .endpoint(endpoint, region: region))
    }

    static let general = ["AWS_ENDPOINT_URL": "http://127.0.0.1:5000"]

    static let endpoints = [
        endpointSetup("AWS's own", finds: "https://autoscaling.us-west-2.amazonaws.com"),
        endpointSetup("China", region: "cn-north-1", finds: "https://autoscaling.cn-north-1.amazonaws.com.cn"),
        endpointSetup(
            "Europe's own", region: "eusc-de-east-1", finds: "https://autoscaling.eusc-de-east-1.amazonaws.eu"),
        endpointSetup(
            "a secret region", region: "us-isob-east-1", finds: "https://autoscaling.us-isob-east-1.sc2s.sgov.gov"),
        endpointSetup("AWS_ENDPOINT_URL", general, finds: "http://127.0.0.1:5000"),
        endpointSetup(
            "the service's variable comes first",
            general.merging(["AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:6000"]) { $1 },
            service: "secretsmanager", finds: "http://127.0.0.1:6000"),
        endpointSetup(
            "the service's setting", [:],
            "services = local\nendpoint_url = http://127.0.0.1:1\n[services local]\nauto_scaling =\n"
                + "  endpoint_url = http://127.0.0.1:7000\n", finds: "http://127.0.0.1:7000"),
        endpointSetup(
            "a setting of another service", [:],
            "services = local\nendpoint_url = http://127.0.0.1:1\n[services local]\nssm =\n"
                + "  endpoint_url = http://127.0.0.1:7000\n", finds: "http://127.0.0.1:1"),
        endpointSetup(
            "AWS_ENDPOINT_URL before the service's setting", general,
            "services = local\n[services local]\nauto_scaling =\n  endpoint_url = http://127.0.0.1:7000\n",
            finds: "http://127.0.0.1:5000"),
        endpointSetup("an unknown services section", [:], "services = nowhere\n", finds: "error"),
        endpointSetup("no address", ["AWS_ENDPOINT_URL": "localhost:5000"], finds: "error"),
        endpointSetup(
            "addresses passed over", general.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 },
            "endpoint_url = http://127.0.0.1:1\n", finds: "https://autoscaling.us-west-2.amazonaws.com"),
        endpointSetup(
            "FIPS", ["AWS_USE_FIPS_ENDPOINT": "true"], finds: "https://autoscaling-fips.us-west-2.amazonaws.com"),
        endpointSetup(
            "dual stack", [:], "use_dualstack_endpoint = true\n", finds: "https://autoscaling.us-west-2.api.aws"),
        endpointSetup(
            "FIPS in GovCloud", ["AWS_USE_FIPS_ENDPOINT": "true"], region: "us-gov-west-1",
            finds: "https://autoscaling.us-gov-west-1.amazonaws.com"),
    ]
}
