import AWSClient
import Foundation
import Testing

/// How calls of EC2 are made, besides their parameters.
struct EC2CallTests {
    private static let launch = EC2.Launch(clientToken: "token", imageID: "ami-1", instanceType: "t3.medium")

    private func page(_ ids: [String], next: String?) -> String {
        let items = ids.map { "<item><imageId>\($0)</imageId><imageState>available</imageState></item>" }.joined()
        return "<a><imagesSet>\(items)</imagesSet><nextToken>\(next ?? "")</nextToken></a>"
    }

    @Test func aListIsReadPageByPage() async throws {
        let transport = CannedTransport(
            page(["ami-1", "ami-2"], next: "a+b/="), page([], next: "c"), page(["ami-3"], next: nil))
        let images = try await EC2(testClient(transport), pageSize: 2).describeImages(.matching([]), owners: ["self"])
        #expect(images.map(\.id) == ["ami-1", "ami-2", "ami-3"])
        #expect(transport.requests.map { $0.form["NextToken"] } == [nil, "a+b/=", "c"])
        #expect(transport.requests.allSatisfy { $0.form["MaxResults"] == "2" && $0.form["Owner.1"] == "self" })
    }

    @Test func aListThatRepeatsItselfIsAnError() async throws {
        let transport = CannedTransport(page(["ami-1"], next: "again"))
        await #expect(throws: AWSError.self) {
            _ = try await EC2(testClient(transport)).describeImages(.matching([]))
        }
        #expect(transport.requests.count == 2)
    }

    private static let lost = Result<HTTPResponse, TransportError>.failure(
        TransportError(.connectionLost, "the connection ended"))

    @Test func whatHasATokenIsAskedAgainWithTheSameToken() async throws {
        let answer = """
            <a><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>pending</name></instanceState>\
            </item></instancesSet></a>
            """
        let transport = CannedTransport([
            Self.lost, .success(HTTPResponse(status: 503)),
            .success(HTTPResponse(status: 200, body: Array(answer.utf8))),
        ])
        let instance = try await EC2(testClient(transport, attempts: 5)).runInstance(Self.launch)
        #expect(instance.id == "i-1")
        #expect(transport.requests.count == 3)
        #expect(Set(transport.requests.map(\.body)).count == 1)
    }

    @Test func whatHasNoTokenIsNotAskedAgain() async throws {
        let calls: [@Sendable (EC2) async throws -> Void] = [
            { _ = try await $0.createImage(EC2.ImageCreation(instanceID: "i-1", name: "n")) },
            { _ = try await $0.createSecurityGroup(EC2.SecurityGroupCreation(name: "n", description: "d")) },
        ]
        for call in calls {
            let transport = CannedTransport([Self.lost])
            let error = await #expect(throws: AWSError.self) {
                try await call(EC2(testClient(transport, attempts: 5)))
            }
            #expect(error?.mayHaveActed == true)
            #expect(transport.requests.count == 1)
        }
    }

    @Test func lackOfCapacityIsNotAskedAgain() async throws {
        let transport = CannedTransport(
            status: 500,
            """
            <Response><Errors><Error><Code>InsufficientInstanceCapacity</Code><Message>none</Message></Error></Errors>\
            </Response>
            """)
        let error = await #expect(throws: AWSError.self) {
            _ = try await EC2(testClient(transport, attempts: 5)).runInstance(Self.launch)
        }
        #expect(error?.kind == .capacity)
        #expect(transport.requests.count == 1)
    }

    @Test func userDataIsNeverPrinted() {
        var launch = Self.launch
        launch.userData = Array("canary".utf8)
        var dumped = ""
        dump(launch, to: &dumped)
        for text in ["\(launch)", String(reflecting: launch), "\([launch])", dumped] {
            #expect(!text.contains("canary") && !text.contains("99") && !text.contains("userData"), "\(text)")
        }
    }

    @Test func aDeadlineIsThatOfTheWholeCall() async throws {
        let client = testClient(CannedTransport(status: 503), attempts: 100)
        let error = await #expect(throws: AWSError.self) {
            try await EC2(client, deadline: .zero).deleteSnapshot("snap-1")
        }
        #expect(error?.origin == .deadline)
    }
}
