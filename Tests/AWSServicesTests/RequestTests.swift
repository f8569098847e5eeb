import AWSClient
import Foundation
import JSONDocument
import Testing

/// Each call against what botocore sends for the same one.
struct RequestTests {
    @Test func everyCallIsWhatBotocoreSends() async throws {
        let cases = RequestCase.all
        let verdicts = try await Oracle.ask(cases.map(\.question))
        for (it, verdict) in zip(cases, verdicts) {
            let transport = CannedTransport(status: 404)
            _ = try? await it.make(testClient(transport))
            let requests = transport.requests
            try #require(requests.count == 1, "\(it.name)")
            let expected = try #require(verdict.request, "\(it.name): \(String(describing: verdict.error))")
            try check(requests[0], expected, it.name)
        }
    }

    private func check(_ request: HTTPRequest, _ expected: Reading, _ name: String) throws {
        #expect(request.method == expected["method"].text, "\(name)")
        #expect(request.url.scheme == expected["scheme"].text, "\(name)")
        #expect(request.url.authority == expected["host"].text, "\(name)")
        #expect(request.url.path == expected["path"].text, "\(name)")
        #expect(
            Dictionary(request.url.query.map { ($0.name, $0.value) }) { $1 } == expected["query"].texts, "\(name)")
        let isForm = expected["form"] != .none
        // Ours and botocore's list the parameters in another order, so the body's digest differs.
        let isSameSignature = !isForm && expected["json"] == .none
        for field in request.headers.fields where isSameSignature || field.name != "Authorization" {
            #expect(field.value == expected["headers"][field.name.lowercased()].text, "\(name): \(field.name)")
        }
        if isForm {
            #expect(request.form == expected["form"].texts, "\(name)")
        } else if expected["json"] != .none {
            let json = try JSONDocument(parsing: request.body, file: "body").root
            #expect(Set((json.members ?? []).map(\.key)) == Set(expected["json"].texts.keys), "\(name)")
            for member in json.members ?? [] {
                #expect(member.value.scalarText == expected["json"][member.key].text, "\(name): \(member.key)")
            }
        } else {
            #expect(Data(request.body).base64EncodedString() == expected["body"].text ?? "", "\(name)")
        }
    }

    @Test(arguments: [nil, "token/+="])
    func aSignedAddressIsTheOneThatBotocoreMakes(_ token: String?) async throws {
        let key = "a b/ü/c+d"
        let question = Oracle.Question(
            "s3", "GetObject", ["Bucket": "my-bucket", "Key": .string(key)],
            [
                "addressing": "virtual", "presign": 3600,
                "credentials": ["AKIDEXAMPLE", "secret", token.map { .string($0) } ?? .null],
            ])
        let expected = try #require(try await Oracle.ask([question])[0].url)
        let client = testClient(CannedTransport(status: 400), sessionToken: token)
        let url = try await S3(client).presignedAddress(
            S3.Location(bucket: "my-bucket", key: key), lifetime: .seconds(3600))
        let theirs = try #require(HTTPURL(expected))
        #expect(url.host == theirs.host)
        #expect(url.path == theirs.path)
        #expect(Set(url.query) == Set(theirs.query))
    }
}
