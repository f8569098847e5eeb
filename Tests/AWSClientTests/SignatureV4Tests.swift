import AWSClient
import FoundationEssentials
import Testing

@Suite struct SignatureV4Tests {
    private func suiteSigner(_ token: String?) -> SignatureV4 {
        SignatureV4(
            credentials: Credentials(
                accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                sessionToken: token),
            region: "us-east-1", service: "service")
    }

    /// 2015-08-30T12:36:00Z
    private let suiteDate = Date(timeIntervalSince1970: 1_440_938_160)

    private let s3Signer = SignatureV4(
        credentials: Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1", service: "s3")

    /// 2013-05-24T00:00:00Z
    private let s3Date = Date(timeIntervalSince1970: 1_369_353_600)

    @Test(arguments: SignatureVector.suite) func signsAsTheTestSuiteSays(_ vector: SignatureVector) throws {
        let signed = suiteSigner(vector.token).sign(vector.request(to: "example.amazonaws.com"), at: suiteDate)
        #expect(
            signed.headers["authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=\(try #require(vector.signedHeaders)), Signature=\(vector.signature)")
        #expect(signed.headers["X-Amz-Date"] == "20150830T123600Z")
        #expect(signed.headers["X-Amz-Security-Token"] == vector.token)
    }

    @Test(arguments: SignatureVector.presigned) func presignsAsTheTestSuiteSays(_ vector: SignatureVector) {
        let url = suiteSigner(vector.token).presign(
            vector.request(to: "example.amazonaws.com").url, at: suiteDate, lifetime: .seconds(3600))
        #expect(url.query.last == HTTPURL.QueryItem("X-Amz-Signature", vector.signature))
    }

    @Test(arguments: SignatureVector.s3) func signsAsTheDocumentationOfS3Says(_ vector: SignatureVector) throws {
        let signed = s3Signer.sign(vector.request(to: "examplebucket.s3.amazonaws.com"), at: s3Date)
        #expect(
            signed.headers["authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=\(try #require(vector.signedHeaders)), Signature=\(vector.signature)")
    }

    @Test func presignsAsTheDocumentationOfS3Says() {
        let url = HTTPURL(scheme: "https", host: "examplebucket.s3.amazonaws.com", path: "/test.txt")
        #expect(
            s3Signer.presign(url, at: s3Date, lifetime: .seconds(86400)).description
                == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test func signingAgainReplacesWhatWasSigned() {
        let request = HTTPRequest("POST", HTTPURL(scheme: "https", host: "h"), body: [1])
        let once = suiteSigner("t").sign(request, at: suiteDate)
        #expect(suiteSigner("t").sign(once, at: suiteDate) == once)
    }

    @Test func aHostHeaderIsSignedInPlaceOfTheAddress() {
        var request = HTTPRequest("GET", HTTPURL(scheme: "http", host: "127.0.0.1", port: 5000))
        request.headers["host"] = "example.amazonaws.com"
        #expect(
            suiteSigner(nil).sign(request, at: suiteDate).headers["Authorization"]?.hasSuffix(
                "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31") == true)
    }

    @Test func whatProxiesChangeIsNotSigned() {
        let url = HTTPURL(scheme: "https", host: "h")
        var request = HTTPRequest("GET", url)
        let signature = suiteSigner(nil).sign(request, at: suiteDate).headers["Authorization"]
        for name in ["User-Agent", "Connection", "Expect", "TE", "Upgrade", "X-Amzn-Trace-Id", "Proxy-Authorization"] {
            request.headers[name] = "x"
        }
        #expect(suiteSigner(nil).sign(request, at: suiteDate).headers["Authorization"] == signature)
    }

    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_399.999, "20000228T235959Z"), (951_868_799.5, "20000229T235959Z"),
        (4_102_444_800, "21000101T000000Z"),
    ])
    func aSecondThatHasBegunIsNotRounded(seconds: Double, text: String) {
        let request = HTTPRequest("GET", HTTPURL(scheme: "https", host: "h"))
        let signed = suiteSigner(nil).sign(request, at: Date(timeIntervalSince1970: seconds))
        #expect(signed.headers["X-Amz-Date"] == text)
        #expect(signed.headers["Authorization"]?.contains("/\(text.prefix(8))/") == true)
    }
}
