import AWSClient
import FoundationEssentials
import ScriptedServer

extension ReceivedRequest {
    /// The access key that signed it; nil without a signature.
    var accessKeyID: String? {
        self["Authorization"]?.firstMatch(of: /Credential=([^\/]+)\//).map { String($0.1) }
    }

    /// When it says that it was signed.
    var signingTime: Date? {
        let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt)
        return self["X-Amz-Date"].flatMap { try? style.parse($0) }
    }

    /// Whether these credentials signed just what has arrived.
    func isSigned(by credentials: Credentials) -> Bool {
        guard let authorization = self["Authorization"], let time = signingTime,
            let scope = authorization.firstMatch(of: /Credential=[^\/]+\/[0-9]+\/([^\/]+)\/([^\/]+)\/aws4_request/),
            let names = authorization.firstMatch(of: /SignedHeaders=([^,]+),/)?.1.split(separator: ";"),
            let url = HTTPURL("http://\(self["Host"] ?? "")\(target)")
        else { return false }
        // What signing adds.
        let added = ["host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"]
        let signed = headers.filter { field in
            let name = field.name.lowercased()
            return names.contains { $0 == name } && !added.contains(name)
        }
        let request = HTTPRequest(method, url, headers: HTTPHeaders(signed.map { ($0.name, $0.value) }), body: body)
        let signer = SignatureV4(credentials: credentials, region: String(scope.1), service: String(scope.2))
        return signer.sign(request, at: time).headers["Authorization"] == authorization
    }

    /// The operation of a query or JSON call, or what a method means to S3.
    var operation: String {
        if let target = self["X-Amz-Target"] { return String(target.split(separator: ".").last ?? "") }
        return form["Action"] ?? ["PUT": "PutObject", "GET": "GetObject", "HEAD": "HeadObject"][method] ?? method
    }

    /// The parameters of the query protocol.
    var form: [String: String] {
        let pairs = text.split(separator: "&").compactMap { pair -> (String, String)? in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = PercentEncoding.decode(parts[0]) else { return nil }
            return PercentEncoding.decode(parts[1]).map { (name, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
