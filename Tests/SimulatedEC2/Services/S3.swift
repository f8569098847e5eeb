import AWSClient
import Crypto
import FoundationEssentials

/// An object of S3's.
package struct SimulatedObject: Hashable, Sendable {
    package let bucket: String
    package let key: String
    package let bytes: [UInt8]
    package let contentType: String
    /// In lower-case hexadecimal.
    package let sha256: String
    let checksum: String?
    let made: Duration
}

extension Operation {
    static func s3(_ request: SimulatedRequest) throws(SimulatedError) -> Operation {
        guard let (bucket, key) = place(request) else {
            throw SimulatedError("InvalidURI", "Couldn't parse the specified URI.")
        }
        let name: String
        switch (request.method, key.isEmpty) {
        case ("HEAD", true): name = "HeadBucket"
        case ("HEAD", false): name = "HeadObject"
        case ("GET", false): name = "GetObject"
        case ("PUT", false): name = "PutObject"
        case ("DELETE", false): name = "DeleteObject"
        default: throw SimulatedError("MethodNotAllowed", "The simulation does not know this method", status: 405)
        }
        return Operation(.s3, name, ["Bucket": bucket, "Key": key]) { state, _ throws(SimulatedError) in
            try state.checkBucket(bucket)
            let path = "\(bucket)/\(key)"
            switch name {
            case "PutObject": return try state.putObject(request, bucket, key)
            case "DeleteObject":
                state.objects[path] = nil
                return SimulatedReply(status: 204)
            case "HeadBucket":
                return SimulatedReply(headers: [("x-amz-bucket-region", state.settings.buckets[bucket] ?? "")])
            default: return try state.getObject(request, path)
            }
        }
    }

    /// The bucket and the key, from the path or from the host.
    private static func place(_ request: SimulatedRequest) -> (bucket: String, key: String)? {
        guard let path = PercentEncoding.decode(request.path) else { return nil }
        let labels = request.host.split(separator: ".").map(String.init)
        if let mark = labels.firstIndex(where: { $0 == "s3" || $0 == "s3-fips" }), mark > 0 {
            return (labels[..<mark].joined(separator: "."), String(path.dropFirst()))
        }
        let parts = path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, !bucket.isEmpty else { return nil }
        return (String(bucket), parts.count == 2 ? String(parts[1]) : "")
    }
}

extension State {
    func checkBucket(_ bucket: String) throws(SimulatedError) {
        guard let region = settings.buckets[bucket] else {
            throw SimulatedError("NoSuchBucket", "The specified bucket does not exist", status: 404)
        }
        guard region == call.region else {
            var error = SimulatedError(
                "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint.", status: 301)
            error.bucketRegion = region
            throw error
        }
    }

    mutating func putObject(
        _ request: SimulatedRequest, _ bucket: String, _ key: String
    ) throws(SimulatedError) -> SimulatedReply {
        let digest = Array(SHA256.hash(data: request.body))
        let sha256 = digest.map { String(($0 < 16 ? "0" : "") + String($0, radix: 16)) }.joined()
        guard request.headers["x-amz-content-sha256"] == sha256 else {
            throw SimulatedError(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.")
        }
        let checksum = request.headers["x-amz-checksum-sha256"]
        guard checksum == nil || checksum == Data(digest).base64EncodedString() else {
            throw SimulatedError("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
        }
        objects["\(bucket)/\(key)"] = SimulatedObject(
            bucket: bucket, key: key, bytes: request.body,
            contentType: request.headers["content-type"] ?? "binary/octet-stream", sha256: sha256, checksum: checksum,
            made: now)
        return SimulatedReply(headers: [("ETag", "\"\(sha256.prefix(32))\"")])
    }

    /// Also answers HeadObject.
    func getObject(_ request: SimulatedRequest, _ path: String) throws(SimulatedError) -> SimulatedReply {
        guard let object = objects[path] else {
            throw SimulatedError("NoSuchKey", "The specified key does not exist.", status: 404)
        }
        var reply = SimulatedReply(bytes: object.bytes)
        reply.headers = [
            ("Content-Type", object.contentType), ("ETag", "\"\(object.sha256.prefix(32))\""),
            ("Accept-Ranges", "bytes"),
        ]
        // The checksum is that of the whole object.
        if request.headers["x-amz-checksum-mode"] == "ENABLED", request.headers["range"] == nil,
            let checksum = object.checksum
        {
            reply.headers.append(("x-amz-checksum-sha256", checksum))
        }
        if request.method == "HEAD" {
            reply.headers.append(("Content-Length", "\(object.bytes.count)"))
            reply.body = []
        } else if let range = request.headers["range"] {
            let ends = range.drop { $0 != "=" }.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
            guard range.hasPrefix("bytes="), ends.count == 2, let first = Int(ends[0]), first < object.bytes.count
            else {
                throw SimulatedError("InvalidRange", "The requested range is not satisfiable", status: 416)
            }
            let last = min(Int(ends[1]) ?? .max, object.bytes.count - 1)
            reply.status = 206
            reply.body = first <= last ? Array(object.bytes[first...last]) : []
            reply.headers.append(("Content-Range", "bytes \(first)-\(last)/\(object.bytes.count)"))
        }
        return reply
    }
}
