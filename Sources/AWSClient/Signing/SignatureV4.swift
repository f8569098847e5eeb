import Crypto
package import FoundationEssentials

/// Signs requests by AWS's Signature Version 4: headers for a call, a query string for an address that others may use.
///
/// Source: "AWS Signature Version 4 for API requests" of the IAM user guide.
package struct SignatureV4: Sendable {
    let credentials: Credentials
    let region: String
    /// The name to sign with, such as `ec2`.
    let service: String

    package init(credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The request with `X-Amz-Date`, the session's token if there is one, and `Authorization`.
    package func sign(_ request: HTTPRequest, at date: Date) -> HTTPRequest {
        var request = request
        let stamp = SignatureDate(date)
        let hash = hexadecimal(SHA256.hash(data: request.body))
        request.headers["X-Amz-Date"] = stamp.time
        if let token = credentials.sessionToken { request.headers["X-Amz-Security-Token"] = token }
        if isS3 { request.headers["X-Amz-Content-Sha256"] = hash }
        let canonical = CanonicalRequest(request, payloadHash: hash, encodesPathTwice: !isS3)
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(stamp)), "
            + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature(canonical, stamp))"
        return request
    }

    /// An address that carries its own signature, for a `GET` without further headers.
    ///
    /// It lives for at most seven days, and ends earlier when the credentials do.
    package func presign(_ url: HTTPURL, method: String = "GET", at date: Date, lifetime: Duration) -> HTTPURL {
        let stamp = SignatureDate(date)
        var url = url
        url.query += [
            HTTPURL.QueryItem("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            HTTPURL.QueryItem("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(stamp))"),
            HTTPURL.QueryItem("X-Amz-Date", stamp.time),
            HTTPURL.QueryItem("X-Amz-Expires", "\(lifetime.components.seconds)"),
        ]
        if let token = credentials.sessionToken { url.query.append(HTTPURL.QueryItem("X-Amz-Security-Token", token)) }
        url.query.append(HTTPURL.QueryItem("X-Amz-SignedHeaders", "host"))
        let hash = isS3 ? "UNSIGNED-PAYLOAD" : hexadecimal(SHA256.hash(data: [UInt8]()))
        let canonical = CanonicalRequest(HTTPRequest(method, url), payloadHash: hash, encodesPathTwice: !isS3)
        url.query.append(HTTPURL.QueryItem("X-Amz-Signature", signature(canonical, stamp)))
        return url
    }

    /// S3 signs the path as it is sent, and the hash of the body in a header.
    private var isS3: Bool { service == "s3" }

    private func scope(_ stamp: SignatureDate) -> String { "\(stamp.day)/\(region)/\(service)/aws4_request" }

    private func signature(_ canonical: CanonicalRequest, _ stamp: SignatureDate) -> String {
        let hash = hexadecimal(SHA256.hash(data: canonical.bytes))
        let text = "AWS4-HMAC-SHA256\n\(stamp.time)\n\(scope(stamp))\n\(hash)"
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
        for part in [stamp.day, region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

/// A time as signatures write it.
struct SignatureDate {
    /// `20150830T123600Z`
    var time: String
    /// `20150830`
    var day: String

    init(_ date: Date) {
        let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt)
        time = date.formatted(style)
        day = String(time.prefix(8))
    }
}

/// Bytes as lower-case hexadecimal digits.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
