import AWSClient
import Diagnostics
import Testing

struct AWSConfigurationTests {
    private func error(
        _ variables: [String: String] = [:], config: String = "", credentials: String = "", profile: String? = nil
    ) -> String {
        do {
            let files = ["/home/fake/.aws/config": config, "/home/fake/.aws/credentials": credentials]
                .filter { !$0.value.isEmpty }
            let configuration = try AWSConfiguration(.fake(variables, files: files), profile: profile)
            _ = try configuration.endpoint(for: "ec2", region: "us-east-1")
            _ = try configuration.instanceMetadata()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func anUnknownProfileIsToldWhichThereAre() {
        #expect(
            error(["AWS_PROFILE": "prdo"], config: "[profile prod]\n[default]\n", credentials: "[ci]\n") == """
                error: [AWS_PROFILE] there is no profile 'prdo'
                note: Did you mean 'prod'?
                note: The files are ~/.aws/config and ~/.aws/credentials.
                note: Their profiles are ci, default, prod.
                """)
        #expect(
            error(["AWS_CONFIG_FILE": "/etc/aws"], profile: "x") == """
                error: [--profile] there is no profile 'x'
                note: The files are /etc/aws (not there) and ~/.aws/credentials (not there).
                """)
    }

    @Test func aHeaderOfTheOtherFileIsRecognized() {
        #expect(
            error(config: "[prod]\nregion = a\n", profile: "prod").contains(
                "note: [prod] in ~/.aws/config must be [profile prod]."))
        #expect(
            error(credentials: "[profile prod]\nregion = a\n", profile: "prod").contains(
                "note: [profile prod] in ~/.aws/credentials must be [prod]."))
    }

    @Test func bothNamesOfTheDefaultProfileAreOne() throws {
        let environment = AWSEnvironment.fake(files: [
            "/home/fake/.aws/config": "[default]\nregion = a\n[profile default]\noutput = b\n"
        ])
        let profile = try AWSConfiguration(environment).profile
        #expect(profile["region"]?.value == "a")
        #expect(profile["output"]?.value == "b")
        #expect(
            error(config: "[profile default]\nregion = a\n[default]\nregion = b\n") == """
                ~/.aws/config:4:1: error: [profile default] the setting region is there twice
                ~/.aws/config:4:1: note: The first one is at line 2.
                """)
    }

    @Test func anErrorNamesTheVariableOrThePlace() {
        #expect(
            error(["AWS_USE_FIPS_ENDPOINT": "1"])
                == "error: [AWS_USE_FIPS_ENDPOINT] the value is neither true nor false")
        #expect(
            error(config: "[default]\n\nuse_fips_endpoint = on\n")
                == "~/.aws/config:3:1: error: [use_fips_endpoint] the value is neither true nor false")
        #expect(
            error(["AWS_ENDPOINT_URL_EC2": "ftp://SECRET@host"]) == """
                error: [AWS_ENDPOINT_URL_EC2] the value is no address of a service
                note: An address is http:// or https://, a host, and a port if need be.
                """)
        #expect(
            error(config: "[default]\nservices = locl\n[services local]\n") == """
                ~/.aws/config:2:1: error: [services] there is no section [services locl]
                ~/.aws/config:2:1: note: Did you mean 'local'?
                """)
        #expect(
            error(["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv5"])
                == "error: [AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE] the value is neither IPv4 nor IPv6")
        #expect(
            error(["AWS_METADATA_SERVICE_TIMEOUT": "0"])
                == "error: [AWS_METADATA_SERVICE_TIMEOUT] the value is no whole number from 1 to 3600")
    }

    @Test func aFileThatCannotBeReadIsAnError() {
        let environment = AWSEnvironment(variables: [:], homeFolder: "/h") { path throws(DiagnosticsError) in
            throw DiagnosticsError(Diagnostic(.error, "cannot read \(path): Permission denied"))
        }
        #expect(throws: DiagnosticsError.self) { try AWSConfiguration(environment) }
    }

    @Test func pathsAreExpanded() {
        let environment = AWSEnvironment.fake(["A": "x", "LONG_1": "y", "EMPTY": ""])
        #expect(environment.expand("~/$A/${LONG_1}$EMPTY") == "/home/fake/x/y")
        #expect(environment.expand("~") == "/home/fake")
        #expect(environment.expand("~other/a~") == "~other/a~")
        #expect(environment.expand("$NONE ${A $ $") == "$NONE ${A $ $")
    }

    @Test func settingsOfTheInstanceMetadata() throws {
        func settings(_ variables: [String: String]) throws -> InstanceMetadataSettings {
            try AWSConfiguration(.fake(variables)).instanceMetadata()
        }
        #expect(try settings([:]).endpoint.description == "http://169.254.169.254/")
        #expect(try settings([:]).timeout == .seconds(1))
        #expect(try settings([:]).attempts == 2)
        let newer = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
        #expect(try settings(["\(newer)_MODE": "IPv6"]).endpoint.description == "http://[fd00:ec2::254]/")
        #expect(try settings(["\(newer)_MODE": "ipv6", newer: "http://h:1/p"]).endpoint.description == "http://h:1/p")
        #expect(try settings(["AWS_EC2_METADATA_DISABLED": "TRUE"]).isDisabled)
        #expect(
            try settings(["AWS_METADATA_SERVICE_TIMEOUT": "3", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "5"])
                == InstanceMetadataSettings(timeout: .seconds(3), attempts: 5))
    }
}
