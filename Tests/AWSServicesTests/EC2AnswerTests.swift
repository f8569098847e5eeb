@testable import AWSClient
import Foundation
import Testing

/// What answers of EC2 may hold besides what the model says. moto has none of it.
struct EC2AnswerTests {
    private func ec2(_ texts: String...) -> (EC2, CannedTransport) {
        let transport = CannedTransport(texts.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
        return (EC2(testClient(transport)), transport)
    }

    private func image(_ fields: String) -> String {
        "<DescribeImagesResponse><imagesSet><item>\(fields)</item></imagesSet></DescribeImagesResponse>"
    }

    @Test func anUnknownStateIsKept() async throws {
        let (ec2, _) = ec2(image("<imageId>ami-1</imageId><imageState>melting</imageState>"))
        let images = try await ec2.describeImages(.ids(["ami-1"]))
        #expect(images.map(\.state) == [.other("melting")])
        #expect("\(images[0].state)" == "melting")
        #expect("\(EC2.InstanceState.shuttingDown)" == "shutting-down")
        #expect(EC2.InstanceState("shutting-down") == .shuttingDown)
    }

    @Test func aFailedImageSaysWhy() async throws {
        let (ec2, _) = ec2(
            image(
                """
                <imageId>ami-1</imageId><imageState>failed</imageState><stateReason><code>Client.InternalError</code>\
                <message>Client error on launch</message></stateReason><blockDeviceMapping/><tagSet/>
                """))
        let image = try await ec2.describeImages(.ids(["ami-1"]))[0]
        #expect(image.state == .failed)
        #expect(image.stateReason == EC2.StateReason(code: "Client.InternalError", message: "Client error on launch"))
        #expect(image.disks.isEmpty && image.tags.isEmpty && image.rootDisk == nil)
    }

    @Test(arguments: [
        "<DescribeImagesResponse/>", "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>",
        "<a><imagesSet>\n</imagesSet><nextToken/></a>",
    ])
    func anEmptyListIsEmpty(_ text: String) async throws {
        let (ec2, transport) = ec2(text)
        #expect(try await ec2.describeImages(.matching([])).isEmpty)
        #expect(transport.requests.count == 1)
    }

    @Test func noIDsAreNoCall() async throws {
        let (ec2, transport) = ec2("")
        #expect(try await ec2.describeInstances(.ids([])).isEmpty)
        #expect(try await ec2.describeImages(.ids([])).isEmpty)
        #expect(try await ec2.describeSnapshots(.ids([])).isEmpty)
        #expect(try await ec2.describeVolumes(.ids([])).isEmpty)
        #expect(try await ec2.describeSecurityGroups(.ids([])).isEmpty)
        #expect(try await ec2.describeSubnets(.ids([])).isEmpty)
        #expect(try await ec2.describeVPCs(.ids([])).isEmpty)
        #expect(try await ec2.describeRouteTables(.ids([])).isEmpty)
        #expect(try await ec2.describeInstanceTypes([]).isEmpty)
        #expect(try await ec2.describeOfferings(ofTypes: []).isEmpty)
        #expect(try await ec2.stopInstances([]).isEmpty)
        #expect(try await ec2.terminateInstances([]).isEmpty)
        try await ec2.createTags(on: [], ["a": "b"])
        try await ec2.shareImage("ami-1")
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        "<imageState>available</imageState>", "<imageId>ami-1</imageId>",
        "<imageId>ami-1</imageId><imageState>available</imageState><isPublic>perhaps</isPublic>",
        "<imageId>ami-1</imageId><imageState>available</imageState><creationDate>today</creationDate>",
        """
        <imageId>ami-1</imageId><imageState>available</imageState><blockDeviceMapping><item>\
        <deviceName>/dev/xvda</deviceName><ebs><volumeSize>much</volumeSize></ebs></item></blockDeviceMapping>
        """,
    ])
    func anAnswerThatCannotBeUnderstoodIsAnError(_ fields: String) async throws {
        let (ec2, _) = ec2(image(fields))
        let error = await #expect(throws: AWSError.self) { _ = try await ec2.describeImages(.matching([])) }
        #expect(error?.origin == .answer)
        #expect(error?.message.hasPrefix("the answer has no ") == true)
    }

    @Test func anAnswerThatSaysNoIsAnError() async throws {
        let (ec2, _) = ec2("<DeleteSnapshotResponse><return>false</return></DeleteSnapshotResponse>")
        await #expect(throws: AWSError.self) { try await ec2.deleteSnapshot("snap-1") }
    }

    @Test func theConsoleIsBytes() async throws {
        // Cut in the middle of a character, and divided into lines as EC2 does.
        let bytes: [UInt8] = [0xBC, 0x0A] + Array("PGPOOL-AURORA 1 ok\r\n".utf8) + [0xC3, 0x00, 0xFF]
        let text = Data(bytes).base64EncodedString()
        let lines = "\n\(text.prefix(10))\r\n\(text.dropFirst(10))\n"
        let (ec2, _) = ec2(
            """
            <GetConsoleOutputResponse><instanceId>i-1</instanceId><timestamp>2026-10-14T01:12:41.000Z</timestamp>\
            <output>\(lines)</output></GetConsoleOutputResponse>
            """)
        let output = try await ec2.getConsoleOutput("i-1", isLatest: true)
        #expect(output.bytes == bytes)
        #expect(output.time == Date(timeIntervalSince1970: 1_791_940_361))
    }

    @Test func aConsoleThatIsNotThereYetIsEmpty() async throws {
        let (ec2, _) = ec2("<GetConsoleOutputResponse><instanceId>i-1</instanceId><output/></GetConsoleOutputResponse>")
        let output = try await ec2.getConsoleOutput("i-1", isLatest: true)
        #expect(output.bytes.isEmpty && output.time == nil)
    }

    @Test(
        arguments: [("45%", 45), ("100%", 100), ("99.9%", 99), ("7", 7), ("", nil), ("soon", nil)] as [(String, Int?)])
    func theProgressOfASnapshotIsANumber(_ text: String, _ progress: Int?) async throws {
        let (ec2, _) = ec2(
            """
            <a><snapshotSet><item><snapshotId>snap-1</snapshotId><status>pending</status><progress>\(text)</progress>\
            </item></snapshotSet></a>
            """)
        #expect(try await ec2.describeSnapshots(.ids(["snap-1"]))[0].progress == progress)
    }
}
