import AWSClient
import FoundationEssentials
import SimulatedEC2
import Testing

/// S3 and Systems Manager.
struct ObjectTests {
    private let location = S3.Location(bucket: "builds", key: "b-1/tool ü")

    @Test func anObjectIsWrittenReadAndDeleted() async throws {
        let scene = Scene()
        let s3 = scene.s3
        let missing = await failure { _ = try await s3.getObject(location, limit: 10) }
        #expect(missing?.code == "NoSuchKey")
        try await s3.putObject(location, Array("hello".utf8), contentType: "text/plain")
        let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        let info = try await s3.headObject(location)
        #expect(info.size == 5 && info.sha256 == digest)
        #expect(try await s3.getObject(location, limit: 5) == Array("hello".utf8))
        let long = await failure { _ = try await s3.getObject(location, limit: 4) }
        #expect(long?.origin == .answer)
        let object = try #require(scene.simulation.objects.first)
        #expect(object.sha256 == digest && object.key == location.key && object.contentType == "text/plain")
        #expect(scene.simulation.leftovers == ["object s3://builds/b-1/tool ü"])
        try await s3.deleteObject(location)
        try await s3.deleteObject(location)
        #expect(scene.simulation.leftovers.isEmpty)
        try await s3.putObject(location, [])
        #expect(try await s3.getObject(location, limit: 5).isEmpty)
    }

    @Test func bytesMustHaveTheirDigest() async throws {
        let scene = Scene()
        let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
        let signer = SignatureV4(credentials: credentials, region: "eu-west-1", service: "s3")
        for (name, code) in [
            ("X-Amz-Content-Sha256", "XAmzContentSHA256Mismatch"), ("X-Amz-Checksum-Sha256", "BadDigest"),
        ] {
            var request = HTTPRequest(
                "PUT", HTTPURL(scheme: "http", host: "127.0.0.1", path: "/builds/k"), body: Array("hello".utf8))
            request = signer.sign(request, at: Date(timeIntervalSince1970: 1_790_000_000))
            request.headers[name] = "wrong"
            let answer = try await SimulatedTransport(scene.simulation).send(request)
            #expect(answer.status == 400)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("<Code>\(code)</Code>"))
        }
        #expect(scene.simulation.objects.isEmpty)
    }

    @Test func aBucketHasItsRegion() async throws {
        let scene = Scene()
        #expect(try await scene.s3.region(ofBucket: "builds") == "eu-west-1")
        #expect(try await scene.s3.region(ofBucket: "elsewhere") == "us-east-1")
        let none = await failure { _ = try await scene.s3.region(ofBucket: "none") }
        #expect(none?.status == 404)
        let wrong = await failure {
            try await scene.s3.putObject(S3.Location(bucket: "elsewhere", key: "k"), [])
        }
        #expect(wrong?.code == "PermanentRedirect" && wrong?.bucketRegion == "us-east-1")
    }

    @Test func aBucketMayStandInTheHost() async throws {
        let scene = Scene()
        let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
        let signer = SignatureV4(credentials: credentials, region: "eu-west-1", service: "s3")
        let url = HTTPURL(scheme: "https", host: "builds.s3.eu-west-1.amazonaws.com", path: "/a/b")
        let put = signer.sign(
            HTTPRequest("PUT", url, body: [1]), at: Date(timeIntervalSince1970: 1_790_000_000))
        #expect(try await SimulatedTransport(scene.simulation).send(put).status == 200)
        #expect(scene.simulation.objects.map { "\($0.bucket) \($0.key)" } == ["builds a/b"])
    }

    @Test func aPresignedAddressEnds() async throws {
        let scene = Scene { $0.expirations = ["OVER": .seconds(100)] }
        try await scene.s3.putObject(location, Array("hello".utf8))
        let address = try await scene.s3.presignedAddress(location, lifetime: .seconds(3600))
        let other = try await S3(scene.client(accessKeyID: "OVER")).presignedAddress(location, lifetime: .seconds(3600))
        let transport = SimulatedTransport(scene.simulation)
        func get(_ url: HTTPURL) async throws -> (Int, String) {
            let answer = try await transport.send(HTTPRequest("GET", url))
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        #expect(try await get(address) == (200, "hello"))
        #expect(try await get(other).0 == 200)
        scene.pass(1000)
        #expect(try await get(address) == (200, "hello"))
        // It ends with the credentials that signed it.
        #expect(try await get(other).1.contains("<Code>ExpiredToken</Code>"))
        scene.pass(2600)
        let late = try await get(address)
        #expect(late.0 == 403 && late.1.contains("Request has expired"))
        var long = address
        for index in long.query.indices where long.query[index].name == "X-Amz-Expires" {
            long.query[index].value = "604801"
        }
        #expect(try await get(long).1.contains("<Code>AuthorizationQueryParametersError</Code>"))
    }

    @Test func aParameterHasVersions() async throws {
        let scene = Scene()
        let ssm = scene.ssm
        #expect(try await ssm.putParameter(SSM.Writing(name: "/a", value: "1")) == 1)
        let exists = await failure {
            _ = try await ssm.putParameter(SSM.Writing(name: "/a", value: "2"))
        }
        #expect(exists?.code == "ParameterAlreadyExists")
        #expect(try await ssm.putParameter(SSM.Writing(name: "/a", value: "2", overwrites: true)) == 2)
        #expect(try await ssm.getParameter("/a").value == "2")
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/a"
        #expect(try await ssm.getParameter(arn).version == 2)
        let reserved = await failure {
            _ = try await ssm.putParameter(SSM.Writing(name: "/aws/a", value: "2"))
        }
        #expect(reserved?.code == "ValidationException")
        try await ssm.deleteParameter("/a")
        for call in [
            { try await ssm.deleteParameter("/a") },
            { _ = try await ssm.getParameter("/a") },
        ] as [() async throws -> Void] {
            #expect(await failure(call)?.code == "ParameterNotFound")
        }
    }

    @Test func anImageInAParameterIsCheckedAfterTheAnswer() async throws {
        let scene = Scene()
        let ssm = scene.ssm
        var writing = SSM.Writing(
            name: "/ami", value: scene.simulation.publicImages[0].id, dataType: "aws:ec2:image", overwrites: true)
        #expect(try await ssm.putParameter(writing) == 1)
        let early = await failure { _ = try await ssm.getParameter("/ami") }
        #expect(early?.code == "ParameterNotFound")
        scene.pass(2)
        #expect(try await ssm.getParameter("/ami").dataType == "aws:ec2:image")
        writing.value = "ami-0123456789abcdef0"
        #expect(try await ssm.putParameter(writing) == 2)
        scene.pass(10)
        #expect(try await ssm.getParameter("/ami").value == scene.simulation.publicImages[0].id)
        #expect(scene.simulation.parameters.map(\.version) == [1])
        writing.value = scene.simulation.publicImages[1].id
        _ = try await ssm.putParameter(writing)
        #expect(try await ssm.getParameter("/ami").value == scene.simulation.publicImages[0].id)
        scene.pass(2)
        #expect(try await ssm.getParameter("/ami").value == writing.value)
    }
}
