import AWSClient
import Foundation
import Subprocess
import SystemPackage
import TestPython
import Testing

/// Random requests, signed by us and by botocore.
@Suite struct BotocoreTests {
    /// One request in the form that `sign.py` reads.
    private struct Case: Encodable {
        var form: String
        var service: String
        var region: String
        var date: String
        var method: String
        var url: String
        var headers: [[String]]
        var body: String
        var key: String
        var secret: String
        var token: String?
        var lifetime: Int
    }

    @Test func signsAsBotocoreDoes() async throws {
        var generator = RequestGenerator(seed: 5)
        var cases: [Case] = []
        var ours: [String] = []
        for number in 0..<400 {
            let service = number % 2 == 0 ? "ec2" : "s3"
            let isPresigned = number % 4 >= 2
            let request = isPresigned ? generator.address() : generator.request()
            let credentials = generator.credentials()
            let region = number % 3 == 0 ? "us-east-1" : "eu-central-1"
            let date = Date(timeIntervalSince1970: Double(number) * 4_999_999.9)
            let signer = SignatureV4(credentials: credentials, region: region, service: service)
            let signed = signer.sign(HTTPRequest("GET", request.url), at: date).headers["X-Amz-Date"]
            cases.append(
                Case(
                    form: isPresigned ? "query" : "header", service: service, region: region,
                    date: try #require(signed), method: request.method, url: request.url.description,
                    headers: request.headers.fields.map { [$0.name, $0.value] },
                    body: String(decoding: request.body, as: UTF8.self), key: credentials.accessKeyID,
                    secret: credentials.secretAccessKey, token: credentials.sessionToken, lifetime: number + 1))
            if isPresigned {
                let url = signer.presign(
                    request.url, method: request.method, at: date, lifetime: .seconds(number + 1))
                ours.append(try #require(url.query.last?.value))
            } else {
                ours.append(try #require(signer.sign(request, at: date).headers["Authorization"]))
            }
        }
        let theirs = try await signatures(of: cases)
        try #require(theirs.count == ours.count)
        for (index, one) in cases.enumerated() {
            #expect(ours[index] == theirs[index], "\(one)")
        }
    }

    private func signatures(of cases: [Case]) async throws -> [String] {
        let lines = try cases.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let script = FilePath(#filePath).removingLastComponent().appending("Botocore/sign.py")
        let result = try await Subprocess.run(
            .path(FilePath(try TestPython.path())), arguments: ["-B", script.string],
            input: .string(lines.joined(separator: "\n")),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        return try result.standardOutput.split(separator: "\n").map { line in
            try JSONDecoder().decode(String.self, from: Data(line.utf8))
        }
    }
}
