import AWSClient
import Foundation
import JSONDocument
import Testing

/// Each answer against what botocore reads from the same bytes. They are made up, in the shape that its model has.
struct AnswerTests {
    private static let seeds = 12

    @Test func everyAnswerSaysWhatBotocoreReads() async throws {
        let cases = (0..<Self.seeds).flatMap { seed in AnswerCase.all.map { ($0, seed) } }
        let verdicts = try await Oracle.ask(
            cases.map { it, seed in
                var question = it.question
                question.more.append(JSONValue.Member("seed", .integer(seed)))
                return question
            })
        for ((it, seed), verdict) in zip(cases, verdicts) {
            let name = "\(it.question.operation), seed \(seed)"
            let body = try #require(verdict.body, "\(name)")
            let reading = try #require(verdict.answer, "\(name): \(String(describing: verdict.error))")
            let client = testClient(CannedTransport([.success(HTTPResponse(status: 200, body: Array(body)))]))
            do {
                let (ours, theirs, areSame) = try await it.compare(client, reading)
                #expect(areSame, "\(name)\nours:   \(ours)\ntheirs: \(theirs)")
            } catch {
                Issue.record("\(name): \(error)\n\(String(decoding: body, as: UTF8.self))")
            }
        }
    }

    @Test func everyErrorSaysWhatBotocoreReads() async throws {
        let ec2 = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Response><Errors><Error><Code>InvalidAMIID.NotFound</Code><Message>The image id '[ami-1]' &amp; ü</Message>\
            </Error></Errors><RequestID>r-1</RequestID></Response>
            """
        let sts = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>\
            <Code>InvalidAuthorizationMessageException</Code><Message>no</Message></Error>\
            <RequestId>r-1</RequestId></ErrorResponse>
            """
        let ssm = #"{"__type":"com.amazonaws.ssm#ParameterNotFound","message":"none \u00fc"}"#
        let s3 = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>r-1</RequestId></Error>
            """
        let plain = #"{"__type":"InvalidAllowedPatternException","Message":"bad"}"#
        let cases: [(Oracle.Question, String, @Sendable (AWSClient) async throws -> Void)] = [
            (
                Oracle.Question("ec2", "DescribeImages"), ec2,
                { _ = try await EC2($0).describeImages(.ids(["ami-1"])) }
            ),
            (
                Oracle.Question("sts", "DecodeAuthorizationMessage", ["EncodedMessage": "m"]), sts,
                { _ = try await STS($0).decodeAuthorizationMessage("m") }
            ),
            (
                Oracle.Question("s3", "DeleteObject", ["Bucket": "my-bucket", "Key": "k"]), s3,
                { try await S3($0).deleteObject(S3.Location(bucket: "my-bucket", key: "k")) }
            ),
            (
                Oracle.Question("ssm", "GetParameter", ["Name": "/a"]), ssm,
                { _ = try await SSM($0).getParameter("/a") }
            ),
            (
                Oracle.Question("ssm", "DeleteParameter", ["Name": "/a"]), plain,
                { _ = try await SSM($0).deleteParameter("/a") }
            ),
        ]
        let verdicts = try await Oracle.ask(
            cases.map { question, body, _ in
                var question = question
                question.answer(400, Array(body.utf8))
                return question
            })
        for ((question, body, call), verdict) in zip(cases, verdicts) {
            let expected = try #require(verdict.error, "\(question.operation)")
            let error = await #expect(throws: AWSError.self) {
                try await call(testClient(CannedTransport(status: 400, body)))
            }
            #expect(error?.code == expected["code"].text)
            #expect(error?.message == expected["message"].text)
            #expect(error?.status == 400)
            #expect(error?.operation == question.operation)
        }
    }
}
