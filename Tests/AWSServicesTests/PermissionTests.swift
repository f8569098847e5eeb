import AWSClient
import Testing

/// What is said of a call before it is made, and of one that failed.
struct PermissionTests {
    private static let launch = EC2.Launch(clientToken: "token", imageID: "ami-1", instanceType: "t3.medium")

    private func answer(_ status: Int, _ code: String, _ message: String) -> CannedTransport {
        CannedTransport(
            status: status,
            """
            <Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>\
            <RequestID>r</RequestID></Response>
            """)
    }

    private func permission(_ transport: CannedTransport) async throws -> EC2.Permission {
        try await EC2(testClient(transport)).permission { ec2 throws(AWSError) in
            _ = try await ec2.runInstance(Self.launch)
        }
    }

    @Test func aCallThatWouldHaveSucceededIsAllowed() async throws {
        let transport = answer(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        #expect(try await permission(transport) == .allowed)
        #expect(transport.requests.map { $0.form["DryRun"] } == ["true"])
    }

    @Test func aCallThatIsNotAllowedSaysWhatToDecode() async throws {
        let transport = answer(
            403, "UnauthorizedOperation",
            """
            You are not authorized to perform this operation. User: arn:aws:iam::1:user/a is not authorized. Encoded \
            authorization failure message: abc-DEF_123 and more
            """)
        guard case .refused(let error) = try await permission(transport) else {
            Issue.record("it was not refused")
            return
        }
        #expect(error.encodedAuthorizationMessage == "abc-DEF_123")
        #expect(error.kind == .refused)
    }

    @Test func anErrorOfADryRunIsNoAnswer() async throws {
        let error = await #expect(throws: AWSError.self) {
            _ = try await permission(answer(400, "InvalidSubnetID.NotFound", "none"))
        }
        #expect(error?.isNotFound == true)
        // A service that does not know the flag has acted.
        let acted = await #expect(throws: AWSError.self) {
            _ = try await EC2(testClient(CannedTransport("<a><imageId>ami-1</imageId></a>"))).permission {
                ec2 throws(AWSError) in _ = try await ec2.createImage(EC2.ImageCreation(instanceID: "i", name: "n"))
            }
        }
        #expect(acted?.mayHaveActed == true)
    }

    @Test func errorsSayWhatTheyAreAbout() async throws {
        func error(_ code: String) async -> AWSError? {
            await #expect(throws: AWSError.self) { _ = try await permission(answer(400, code, "")) }
        }
        for code in ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidGroup.NotFound"] {
            #expect(await error(code)?.isNotFound == true, "\(code)")
        }
        for code in ["InvalidAMIName.Duplicate", "InvalidGroup.Duplicate"] {
            #expect(await error(code)?.isDuplicate == true, "\(code)")
        }
        for code in ["InvalidSnapshot.InUse", "DependencyViolation"] {
            #expect(await error(code)?.isInUse == true, "\(code)")
        }
        let other = await error("IdempotentParameterMismatch")
        #expect(other?.isNotFound == false && other?.isDuplicate == false && other?.isInUse == false)
    }
}
