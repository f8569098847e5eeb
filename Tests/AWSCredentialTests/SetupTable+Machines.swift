/// Containers and instances.
extension SetupTable {
    static func containerSetup(
        _ name: String, _ path: String, _ environment: [String: String] = [:], files: [String: String] = [:],
        finds: Finding, ours: Finding? = nil, because reason: String? = nil
    ) -> Setup {
        let address = path.hasPrefix("http") ? path : "http://127.0.0.1:{container}\(path)"
        return Setup(
            name, environment.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address]) { $1 }, files: files,
            finds: finds, ours: ours, because: reason)
    }

    static let tokenFile = ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token"]

    static let container = [
        containerSetup("a container", "/plain", finds: .session("ASIAFAKECONTAINER")),
        containerSetup(
            "a container by localhost", "http://localhost:{container}/plain", finds: .session("ASIAFAKECONTAINER")),
        containerSetup(
            "a container with a token", "/token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "FAKEAUTHORIZATION"],
            finds: .session("ASIAFAKEAUTHORIZED")),
        containerSetup(
            "a container with a token file, which comes first", "/token",
            tokenFile.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "WRONG"]) { $1 },
            files: ["token": "FAKEAUTHORIZATION"], finds: .session("ASIAFAKEAUTHORIZED")),
        containerSetup(
            "a token file with a newline", "/token", tokenFile, files: ["token": "FAKEAUTHORIZATION\n"],
            finds: .error(), ours: .session("ASIAFAKEAUTHORIZED"), because: "one newline at a file's end is no content"),
        containerSetup(
            "a token with a newline in it", "/token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "FAKE\r\nX: y"],
            finds: .error()),
        containerSetup("a container that refuses", "/refuses", finds: .error()),
        containerSetup("a container on a host of the world", "http://192.0.2.1/plain", finds: .error()),
        containerSetup(
            "a container before the instance", "/plain", here.merging(["AWS_EC2_METADATA_DISABLED": "false"]) { $1 },
            finds: role("ASIAFAKECONTAINER")),
        Setup(
            "a profile before a container",
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:{container}/plain"], credentials: twoProfiles,
            finds: .key("AKIAFAKEDEFAULT")),
    ]

    static func instanceSetup(
        _ name: String, mode: String, finds: Finding, ours: Finding? = nil, because reason: String? = nil
    ) -> Setup {
        Setup(
            name,
            here.merging([
                "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(mode)",
            ]) { $1 }, finds: finds, ours: ours, because: reason)
    }

    static let none = Finding.region("eu-central-1")

    static let instance = [
        instanceSetup("an instance", mode: "{imds}", finds: role("ASIAFAKEINSTANCE")),
        instanceSetup("an instance with a slash behind its address", mode: "{imds}/", finds: role("ASIAFAKEINSTANCE")),
        instanceSetup("an instance without a role", mode: "{imds}/norole", finds: none),
        instanceSetup("no instance", mode: "{closed}", finds: none),
        instanceSetup(
            "an instance that speaks version 1 only", mode: "{imds}/v1only", finds: role("ASIAFAKEINSTANCE"),
            ours: none, because: "version 1 is never used"),
        instanceSetup(
            "an instance whose role does not trust it", mode: "{imds}/untrusted", finds: none,
            ours: .error(region: "eu-central-1"), because: "a role that is there and fails is said to fail"),
        Setup("an instance that is not to be asked", here, finds: none),
    ]
}
