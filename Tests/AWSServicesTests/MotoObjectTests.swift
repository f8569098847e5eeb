import AWSClient
import AWSTransport
import Crypto
import Foundation
import JSONDocument
import Testing

/// S3 against moto.
struct MotoObjectTests {
    private func bucket(_ scene: MotoScene) async throws -> String {
        // Names are shared by all accounts.
        let name = "pgpool-\(UUID().uuidString.lowercased())"
        _ = try await scene.ask(
            "s3", "CreateBucket",
            ["Bucket": .string(name), "CreateBucketConfiguration": ["LocationConstraint": .string(testRegion)]])
        return name
    }

    @Test(arguments: ["tool", "a b/ü//c+d&e=~'()*!%2F", "a/./b/../x.y-z_~/1", "/a//"])
    func anObjectIsWrittenReadAndDeleted(_ key: String) async throws {
        try await MotoScene.run { scene in
            let s3 = S3(scene.client())
            let location = S3.Location(bucket: try await bucket(scene), key: key)
            let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await s3.putObject(location, bytes, contentType: "application/gzip")
            let object: JSONValue = ["Bucket": .string(location.bucket), "Key": .string(key)]
            let theirs = try await scene.ask("s3", "GetObject", object)
            #expect(theirs["Body"].text.flatMap { Data(base64Encoded: $0) } == Data(bytes))
            #expect(theirs["ContentType"].text == "application/gzip")
            let info = try await s3.headObject(location)
            #expect(info.size == bytes.count)
            #expect(info.sha256 == SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined())
            #expect(try await s3.getObject(location, limit: bytes.count) == bytes)
            await #expect(throws: AWSError.self) { _ = try await s3.getObject(location, limit: bytes.count - 1) }

            let address = try await s3.presignedAddress(location, lifetime: .seconds(60))
            let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
            let response = try await transport.send(
                HTTPRequest("GET", address, headers: ["x-moto-account-id": scene.accountID]))
            await transport.shutDown()
            #expect(response.status == 200 && response.body == bytes)

            try await s3.deleteObject(location)
            try await s3.deleteObject(location)
            let gone = await #expect(throws: AWSError.self) { _ = try await s3.headObject(location) }
            #expect(gone?.isNotFound == true)
            let unread = await #expect(throws: AWSError.self) { _ = try await s3.getObject(location, limit: 1) }
            #expect(unread?.code == "NoSuchKey")
        }
    }

    @Test func anEmptyObjectIsReadAndABucketIsFound() async throws {
        try await MotoScene.run { scene in
            let s3 = S3(scene.client())
            let location = S3.Location(bucket: try await bucket(scene), key: "empty")
            try await s3.putObject(location, [])
            #expect(try await s3.getObject(location, limit: 10).isEmpty)
            #expect(try await s3.headObject(location).size == 0)
            #expect(try await S3(scene.client(region: "us-east-1")).region(ofBucket: location.bucket) == testRegion)
            let missing = await #expect(throws: AWSError.self) {
                _ = try await s3.region(ofBucket: "pgpool-\(UUID().uuidString.lowercased())")
            }
            #expect(missing?.isNotFound == true)
        }
    }
}
