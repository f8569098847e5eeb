import AWSClient
import Diagnostics
import Testing

struct RegionChoiceTests {
    private let place = SourceLocation(file: "cluster.yaml", line: 3, column: 11)

    private func resolve(
        _ choice: RegionChoice = RegionChoice(), _ variables: [String: String] = [:], config: String = "",
        metadata: (@Sendable (HTTPRequest) -> Result<HTTPResponse, TransportError>)? = nil
    ) async -> String {
        do {
            let configuration = try AWSConfiguration(.fake(variables, files: ["/home/fake/.aws/config": config]))
            let clock = TestClock()
            let client = metadata.map { answer in
                InstanceMetadata(
                    InstanceMetadataSettings(), transport: FakeTransport { answer($0) }, now: { clock.now },
                    sleep: clock.sleep)
            }
            return try await choice.resolve(configuration, metadata: client)
        } catch {
            return "\(error)"
        }
    }

    @Test func theOrder() async {
        let config = "[default]\nregion = eu-west-1\n"
        let variables = ["AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-3"]
        let spec = RegionChoice(spec: (name: "eu-north-1", location: place))
        #expect(
            await resolve(RegionChoice(flag: "us-east-1", spec: spec.spec), variables, config: config) == "us-east-1")
        #expect(await resolve(spec, variables, config: config) == "eu-north-1")
        #expect(await resolve(RegionChoice(), variables, config: config) == "eu-west-2")
        #expect(await resolve(RegionChoice(), ["AWS_DEFAULT_REGION": "eu-west-3"], config: config) == "eu-west-3")
        #expect(await resolve(config: config) == "eu-west-1")
        #expect(await resolve(metadata: { .answer(200, $0.method == "PUT" ? "t" : "ca-west-1") }) == "ca-west-1")
    }

    @Test func withoutARegionAnErrorSaysWhatToSet() async {
        #expect(
            await resolve() == """
                error: [region] no region is set
                note: Set AWS_REGION, or run: aws configure set region us-east-1 --profile default
                """)
        #expect(
            await resolve(metadata: { _ in .fail(.cannotConnect) }) == """
                error: [region] no region is set
                note: Set AWS_REGION, or run: aws configure set region us-east-1 --profile default
                note: The instance metadata was asked too: nobody answers at 169.254.169.254; this seems to be no EC2 instance.
                """)
    }

    @Test(arguments: [
        "us east", "-us", "us-", "1", "us.evil.example", "us/", "ü", String(repeating: "a", count: 64), "",
    ])
    func aNameThatIsNoLabelIsRefused(_ name: String) async {
        let error = await resolve(RegionChoice(spec: (name: name, location: place)))
        #expect(error.hasPrefix("cluster.yaml:3:11: error: [region] the value is no region's name"))
    }
}
