import Testing

/// Files and environment for both sides, and what each of them is to find.
///
/// In files and variables `{home}` is the set-up's own folder, and `{imds}`, `{container}` and `{closed}` are ports.
struct Setup: Sendable, CustomTestStringConvertible {
    let name: String
    var environment: [String: String] = [:]
    var profile: String?
    var config: String?
    var credentials: String?
    /// Other files below the home folder.
    var files: [String: String] = [:]
    var service: String?
    /// What boto3 finds.
    var boto: Finding
    /// What we find, where that is not the same.
    var ours: Finding?
    /// Why it is not.
    var reason: String?

    init(
        _ name: String, _ environment: [String: String] = [:], profile: String? = nil, config: String? = nil,
        credentials: String? = nil, files: [String: String] = [:], service: String? = nil, finds boto: Finding,
        ours: Finding? = nil, because reason: String? = nil
    ) {
        self.name = name
        self.environment = environment
        self.profile = profile
        self.config = config
        self.credentials = credentials
        self.files = files
        self.service = service
        self.boto = boto
        self.ours = ours
        self.reason = reason
    }

    var testDescription: String { name }
}

extension Finding {
    static let nothing = Finding(credentials: "none")
    /// The profile or the files are wrong, so that there is nothing at all.
    static let brokenFiles = Finding(credentials: "error", region: "error", endpoint: "error")

    static func key(_ accessKey: String, region: String? = nil) -> Finding {
        Finding(credentials: accessKey, region: region)
    }

    static func session(_ accessKey: String, region: String? = nil) -> Finding {
        Finding(credentials: accessKey, hasToken: true, region: region)
    }

    static func error(region: String? = nil) -> Finding { Finding(credentials: "error", region: region) }

    static func region(_ region: String?) -> Finding { Finding(credentials: "none", region: region) }

    static func endpoint(_ endpoint: String?, region: String = "us-west-2") -> Finding {
        Finding(credentials: "none", region: region, endpoint: endpoint)
    }
}
