import AWSClient
import Foundation
import Testing

struct S3Tests {
    private static let location = S3.Location(bucket: "my-bucket", key: "tool/pgpool-aurora")

    @Test(arguments: [
        ("https://s3.eu-west-1.amazonaws.com", "my-bucket", "my-bucket.s3.eu-west-1.amazonaws.com", "/a/b"),
        ("https://s3.dualstack.eu-west-1.amazonaws.com", "b", "b.s3.dualstack.eu-west-1.amazonaws.com", "/a/b"),
        ("https://s3-fips.us-east-1.amazonaws.com", "b", "b.s3-fips.us-east-1.amazonaws.com", "/a/b"),
        ("https://s3.eu-west-1.amazonaws.com", "my.bucket", "s3.eu-west-1.amazonaws.com", "/my.bucket/a/b"),
        ("https://s3.eu-west-1.amazonaws.com", "My_Bucket", "s3.eu-west-1.amazonaws.com", "/My_Bucket/a/b"),
        ("http://127.0.0.1:5000", "my-bucket", "127.0.0.1:5000", "/my-bucket/a/b"),
        ("https://minio.example/base/", "my-bucket", "minio.example", "/base/my-bucket/a/b"),
        ("https://s3.amazonaws.com.example", "my-bucket", "s3.amazonaws.com.example", "/my-bucket/a/b"),
        (
            "https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com", "my-bucket",
            "bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com", "/my-bucket/a/b"
        ),
    ])
    func aBucketIsPartOfTheHostAtAWSItself(
        _ endpoint: String, _ bucket: String, _ host: String, _ path: String
    ) async throws {
        try await check(endpoint, bucket, host, path, region: testRegion)
    }

    @Test func everyPartitionIsAWSItself() async throws {
        for (region, suffix) in [("cn-north-1", "amazonaws.com.cn"), ("eusc-de-east-1", "amazonaws.eu")] {
            let host = "s3.\(region).\(suffix)"
            try await check("https://\(host)", "b", "b.\(host)", "/a/b", region: region)
        }
    }

    private func check(
        _ endpoint: String, _ bucket: String, _ host: String, _ path: String, region: String
    ) async throws {
        let transport = CannedTransport("")
        let s3 = S3(testClient(transport, endpoint: endpoint, region: region))
        try await s3.deleteObject(S3.Location(bucket: bucket, key: "a/b"))
        #expect(transport.requests[0].url.authority == host)
        #expect(transport.requests[0].url.path == path)
        let address = try await s3.presignedAddress(S3.Location(bucket: bucket, key: "a/b"), lifetime: .seconds(60))
        #expect(address.authority == host)
        #expect(address.path == path)
    }

    @Test func aLargeObjectHasMoreTime() async throws {
        let transport = CannedTransport("")
        let s3 = S3(testClient(transport))
        try await s3.putObject(Self.location, [])
        try await s3.putObject(Self.location, [UInt8](repeating: 0, count: 15_000_000))
        #expect(transport.requests.map(\.timeout) == [.seconds(30), .seconds(90)])
    }

    @Test func anObjectThatIsNotThereIsNotFound() async throws {
        let error = await #expect(throws: AWSError.self) {
            _ = try await S3(testClient(CannedTransport(status: 404))).headObject(Self.location)
        }
        #expect(error?.isNotFound == true)
    }

    @Test func anObjectHasASizeAndADigest() async throws {
        let digest = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        let both = CannedTransport(status: 200, headers: ["Content-Length": "3", "x-amz-checksum-sha256": digest])
        let info = try await S3(testClient(both)).headObject(Self.location)
        #expect(info.size == 3)
        #expect(info.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let size = CannedTransport(status: 200, headers: ["Content-Length": "3"])
        #expect(try await S3(testClient(size)).headObject(Self.location).sha256 == nil)
        let neither = CannedTransport(status: 200)
        await #expect(throws: AWSError.self) { _ = try await S3(testClient(neither)).headObject(Self.location) }
    }

    @Test func anObjectIsReadUpToALimit() async throws {
        let s3 = S3(testClient(CannedTransport(status: 206, "12345"), attempts: 5))
        #expect(try await s3.getObject(Self.location, limit: 5) == Array("12345".utf8))
        let transport = CannedTransport(status: 206, "12345")
        await #expect(throws: AWSError.self) {
            _ = try await S3(testClient(transport, attempts: 5)).getObject(Self.location, limit: 4)
        }
        #expect(transport.requests.map { $0.headers["Range"] } == ["bytes=0-4"])
    }

    @Test func anEmptyObjectHasNoFirstByte() async throws {
        let transport = CannedTransport(status: 416, "<Error><Code>InvalidRange</Code></Error>")
        #expect(try await S3(testClient(transport)).getObject(Self.location, limit: 5).isEmpty)
    }

    @Test(arguments: [200, 301, 400, 403])
    func theRegionOfABucketIsInWhateverIsAnswered(_ status: Int) async throws {
        let transport = CannedTransport(status: status, headers: ["X-Amz-Bucket-Region": "ap-northeast-1"])
        #expect(try await S3(testClient(transport)).region(ofBucket: "my-bucket") == "ap-northeast-1")
    }

    @Test func aBucketThatIsNotThereHasNoRegion() async throws {
        let error = await #expect(throws: AWSError.self) {
            _ = try await S3(testClient(CannedTransport(status: 404))).region(ofBucket: "my-bucket")
        }
        #expect(error?.isNotFound == true)
        #expect(error?.bucketRegion == nil)
    }

    @Test func aCallToTheWrongRegionSaysTheRightOne() async throws {
        let transport = CannedTransport(
            status: 301, headers: ["x-amz-bucket-region": "us-east-1"],
            "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>")
        let error = await #expect(throws: AWSError.self) {
            try await S3(testClient(transport)).putObject(Self.location, [1])
        }
        #expect(error?.bucketRegion == "us-east-1")
        #expect(error?.code == "PermanentRedirect")
    }
}
