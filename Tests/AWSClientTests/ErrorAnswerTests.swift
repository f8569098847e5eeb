import Testing

@testable import AWSClient

@Suite struct ErrorAnswerTests {
    /// The error that a call ends with, as a person reads it.
    private func description(_ service: AWSService, _ operation: String, _ response: HTTPResponse) -> String {
        let answer = ErrorAnswer(response, service.errorFormat)
        return AWSError(
            AWSCall(service, operation), .service, code: answer.code, answer.message, requestID: answer.requestID,
            status: response.status
        ).description
    }

    private let ec2 = AWSService("ec2", errorFormat: .xml)
    private let s3 = AWSService("s3", errorFormat: .xml)
    private let secrets = AWSService("secretsmanager", errorFormat: .json)

    @Test func readsWhatEC2Says() {
        let response = HTTPResponse(
            400, [:],
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Response><Errors><Error><Code>InvalidAMIID.NotFound</Code><Message>The image id '[ami-1]' does not \
            exist</Message></Error></Errors><RequestID>ea966190-f9aa</RequestID></Response>
            """)
        #expect(
            description(ec2, "DescribeImages", response)
                == "ec2 DescribeImages: InvalidAMIID.NotFound: The image id '[ami-1]' does not exist "
                + "(request ea966190-f9aa)")
    }

    @Test func readsWhatTheQueryProtocolSays() {
        let response = HTTPResponse(
            403, ["x-amzn-requestid": "of-the-header"],
            """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
            <Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>
            <RequestId>of-the-body</RequestId></ErrorResponse>
            """)
        #expect(
            description(AWSService("sts", errorFormat: .xml), "GetCallerIdentity", response)
                == "sts GetCallerIdentity: ExpiredToken: The security token included in the request is expired "
                + "(request of-the-body)")
    }

    @Test func readsWhatS3Says() {
        let response = HTTPResponse(
            404, ["x-amz-request-id": "4442587FB7D0A2F9"],
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>NoSuchKey</Code><Message>The resource you requested does not exist</Message>
            <Resource>/b/k</Resource></Error>
            """)
        #expect(
            description(s3, "GetObject", response)
                == "s3 GetObject: NoSuchKey: The resource you requested does not exist (request 4442587FB7D0A2F9)")
    }

    @Test(arguments: [
        (301, "PermanentRedirect", "The bucket is elsewhere.", ": The bucket is elsewhere."),
        (307, "TemporaryRedirect", "Please re-send.", ": Please re-send."),
    ])
    func aRedirectionSaysWhereTheBucketIs(status: Int, code: String, message: String, rest: String) {
        let body = "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
        #expect(
            description(s3, "GetObject", HTTPResponse(status, ["x-amz-bucket-region": "eu-west-1"], body))
                == "s3 GetObject: \(code)\(rest); the bucket is in eu-west-1")
        #expect(description(s3, "GetObject", HTTPResponse(status, [:], body)) == "s3 GetObject: \(code)\(rest)")
    }

    @Test(arguments: [301, 400]) func aRedirectionOfAHeadSaysWhereTheBucketIs(status: Int) {
        #expect(
            description(s3, "HeadBucket", HTTPResponse(status, ["X-Amz-Bucket-Region": "eu-west-1"]))
                == "s3 HeadBucket: HTTP status \(status); the bucket is in eu-west-1")
        #expect(
            description(s3, "HeadBucket", HTTPResponse(403, ["X-Amz-Bucket-Region": "eu-west-1"]))
                == "s3 HeadBucket: HTTP status 403")
    }

    @Test(
        arguments: [
            (
                #"{"__type":"ResourceNotFoundException","Message":"no secret"}"#, nil,
                ": ResourceNotFoundException: no secret"
            ),
            (
                #"{"__type":"com.amazonaws.secretsmanager#DecryptionFailure","message":"no"}"#, nil,
                ": DecryptionFailure: no"
            ),
            (#"{"__type":"X:http://internal.amazon.com/coral/#y"}"#, nil, ": X"),
            (#"{"__type":"a.b#X:http://internal.amazon.com/"}"#, "Y", ": X"),
            (#"{"message":"no"}"#, "X:http://internal.amazon.com/coral/com.amazon.coral.service/", ": X: no"),
            ("", "a.b#AccessDeniedException", ": AccessDeniedException"),
            (#"{"code":"X","Message":"no"}"#, nil, ": X: no"),
            (#"{"__type":"","message":"no"}"#, nil, ": no"),
            (##"{"__type":"#","message":"no"}"##, nil, ": no"),
            (#"{"__type":7,"message":["no"]}"#, nil, ": HTTP status 400"),
            (#"{"message":"one\ntwo\r\nthree"}"#, "X", ": X: one two three"),
            (#"{"message":"one\n\nThe Canonical String has x-amz-security-token:t"}"#, "X", ": X: one"),
            (#"{"message":"\n \none\n \ntwo"}"#, "X", ": X: one"),
            (#"[1]"#, nil, ": HTTP status 400"), (#""text""#, nil, ": HTTP status 400"),
            (#"{"message":"#, nil, ": HTTP status 400"), ("<html>", nil, ": HTTP status 400"),
            ("", nil, ": HTTP status 400"),
        ] as [(String, String?, String)])
    func readsWhatTheJSONProtocolSays(body: String, header: String?, expected: String) {
        var headers: HTTPHeaders = ["x-amzn-RequestId": "r-1"]
        headers["x-amzn-ErrorType"] = header
        #expect(
            description(secrets, "GetSecretValue", HTTPResponse(400, headers, body))
                == "secretsmanager GetSecretValue\(expected) (request r-1)")
    }

    @Test(arguments: [
        "", " ", "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
        "<!DOCTYPE html><html><body><br></body></html>", "Bad Gateway", "<Response><Errors/></Response>",
        "<Error/>", "{\"message\":\"no\"}", "<Error><Code> </Code",
    ])
    func whatAProxyAnswersIsItsStatus(body: String) {
        #expect(description(ec2, "RunInstances", HTTPResponse(502, [:], body)) == "ec2 RunInstances: HTTP status 502")
    }

    @Test func aMessageWithoutACodeIsKept() {
        let body = "<Response><Errors><Error><Message>odd</Message></Error></Errors></Response>"
        #expect(description(ec2, "RunInstances", HTTPResponse(400, [:], body)) == "ec2 RunInstances: odd")
    }
}
