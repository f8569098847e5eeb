import Crypto
import FoundationEssentials

/// Simple Storage Service, API version 2006-03-01.
package struct S3: Sendable {
    package static let service = AWSService("s3", errorFormat: .xml)

    private let client: AWSClient
    /// For every call, on the client's timer; nil for no end but that of the retries.
    package var deadline: Duration?

    package init(_ client: AWSClient, deadline: Duration? = nil) {
        self.client = client
        self.deadline = deadline
    }

    /// Where an object is.
    package struct Location: Hashable, Sendable, CustomStringConvertible {
        package var bucket: String
        /// Without a slash at the beginning, unless it is part of the key.
        package var key: String

        package init(bucket: String, key: String) {
            self.bucket = bucket
            self.key = key
        }

        package var description: String { "s3://\(bucket)/\(key)" }
    }

    /// What is known of an object without reading it.
    package struct ObjectInfo: Hashable, Sendable {
        /// Bytes.
        package var size: Int
        /// In lower-case hexadecimal; nil when it was not written with it.
        package var sha256: String?
    }

    /// Writes an object. S3 refuses bytes that do not have the digest with which the call is signed, and keeps it.
    package func putObject(
        _ location: Location, _ bytes: [UInt8], contentType: String = "application/octet-stream"
    ) async throws(AWSError) {
        var call = S3.call("PutObject", "PUT", location)
        call.headers["Content-Type"] = contentType
        call.headers["X-Amz-Sdk-Checksum-Algorithm"] = "SHA256"
        call.headers["X-Amz-Checksum-Sha256"] = Data(SHA256.hash(data: bytes)).base64EncodedString()
        call.body = bytes
        // As long as it takes at 2 Mbit/s.
        call.timeout += .milliseconds(bytes.count / 250)
        try await client.send(call, deadline: deadline) { _ in }
    }

    package func headObject(_ location: Location) async throws(AWSError) -> ObjectInfo {
        var call = S3.call("HeadObject", "HEAD", location)
        call.headers["X-Amz-Checksum-Mode"] = "ENABLED"
        return try await client.send(call, deadline: deadline) { response throws(AWSError) in
            guard let size = response.headers["content-length"].flatMap({ Int($0) }) else {
                throw AWSError(call, .answer, "the answer has no Content-Length", status: response.status)
            }
            let digest = response.headers["x-amz-checksum-sha256"].flatMap { Data(base64Encoded: $0) }
            return ObjectInfo(size: size, sha256: digest.map { hexadecimal($0) })
        }
    }

    /// Reads an object. One of more bytes than the limit is an error, and no more than these are fetched.
    package func getObject(_ location: Location, limit: Int) async throws(AWSError) -> [UInt8] {
        var call = S3.call("GetObject", "GET", location)
        call.headers["Range"] = "bytes=0-\(limit)"
        call.timeout += .milliseconds(limit / 250)
        let bytes: [UInt8]
        do throws(AWSError) {
            bytes = try await client.send(call, deadline: deadline) { $0.body }
        } catch {
            // An empty object has no first byte.
            guard error.status == 416 else { throw error }
            return []
        }
        guard bytes.count <= limit else { throw AWSError(call, .answer, "the object has more than \(limit) bytes") }
        return bytes
    }

    /// Deletes an object. It is no error if there is none.
    package func deleteObject(_ location: Location) async throws(AWSError) {
        try await client.send(S3.call("DeleteObject", "DELETE", location), deadline: deadline) { _ in }
    }

    /// The region of a bucket, wherever the client is.
    package func region(ofBucket bucket: String) async throws(AWSError) -> String {
        let call = S3.call("HeadBucket", "HEAD", bucket: bucket)
        let region: String?
        do throws(AWSError) {
            region = try await client.send(call, deadline: deadline) { $0.headers["x-amz-bucket-region"] }
        } catch {
            // Who asks in another region, or may not look into the bucket, is told where it is all the same.
            guard let region = error.bucketRegion else { throw error }
            return region
        }
        return region ?? client.region
    }

    /// An address from which whoever has it may read an object for a while: at most seven days, and no longer than
    /// the credentials live that sign it.
    package func presignedAddress(_ location: Location, lifetime: Duration) async throws(AWSError) -> HTTPURL {
        try await client.presign(S3.call("GetObject", "GET", location), lifetime: lifetime)
    }

    /// Where an object is, for a service that reads it with the caller's own rights.
    package func address(of location: Location) throws(AWSError) -> HTTPURL {
        try client.url(of: S3.call("GetObject", "GET", location))
    }

    private static func call(_ operation: String, _ method: String, _ location: Location) -> AWSCall {
        var call = call(operation, method, bucket: location.bucket)
        call.path = "/" + PercentEncoding.encode(location.key, keepsSlashes: true)
        return call
    }

    private static func call(_ operation: String, _ method: String, bucket: String) -> AWSCall {
        var call = AWSCall(S3.service, operation)
        call.method = method
        call.bucket = bucket
        return call
    }
}
