import AWSClient
import Testing

@Suite struct AWSErrorTests {
    private func error(_ code: String, _ status: Int?, _ origin: AWSError.Origin = .service) -> AWSError {
        AWSError(AWSCall(ClientScene.ec2, "RunInstances"), origin, code: code, "no", status: status)
    }

    /// The classes of EC2.md.
    @Test(arguments: [
        (
            AWSError.Kind.throttling,
            [
                "PriorRequestNotComplete", "RequestLimitExceeded", "Throttling", "ThrottlingException",
                "ThrottledException", "RequestThrottled", "TooManyRequestsException", "SlowDown",
                "BandwidthLimitExceeded", "EC2ThrottledException",
            ]
        ),
        (.transient, ["RequestTimeout", "InternalError", "ServiceUnavailable", "Unavailable"]),
        (
            .capacity,
            [
                "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientFreeAddressesInSubnet",
                "Unsupported",
            ]
        ),
        (
            .propagation,
            [
                "InvalidInstanceID.NotFound", "InvalidAMIID.NotFound", "InvalidSnapshot.NotFound",
                "InvalidGroup.NotFound", "IncorrectInstanceState",
            ]
        ),
        (.expiredCredentials, ["RequestExpired", "ExpiredToken", "ExpiredTokenException"]),
        (
            .clockSkew,
            [
                "AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed",
                "RequestInTheFuture",
            ]
        ),
        (.refused, ["UnauthorizedOperation", "VcpuLimitExceeded", "OptInRequired", "AccessDenied"]),
        (.other, ["InvalidParameterValue", "DryRunOperation", "", "throttling", "NoSuchKey"]),
    ])
    func aCodeHasAKindWhateverTheStatus(kind: AWSError.Kind, codes: [String]) {
        for code in codes {
            #expect(error(code, 400).kind == kind, "\(code)")
            // Only what is not known is judged by the status.
            #expect(error(code, 500).kind == (kind == .other ? .transient : kind), "\(code)")
        }
    }

    @Test(
        arguments: [
            (200, AWSError.Kind.other), (301, .other), (400, .other), (404, .other), (408, .other),
            (429, .throttling), (500, .transient), (501, .other), (502, .transient), (503, .transient),
            (504, .transient),
            (505, .other), (nil, .other),
        ] as [(Int?, AWSError.Kind)])
    func aStatusCountsWithoutAKnownCode(status: Int?, kind: AWSError.Kind) {
        #expect(error("", status).kind == kind)
        #expect(error("SomethingNew", status).kind == kind)
    }

    /// As S3 answers a HEAD.
    @Test(arguments: [401, 403]) func aRefusalWithoutACodeIsOne(status: Int) {
        #expect(error("", status).kind == .refused)
        #expect(error("SomethingNew", status).kind == .other)
    }

    @Test(
        arguments: [
            (.transport(.cannotConnect), .transient, false), (.transport(.connectionLost), .transient, true),
            (.transport(.timedOut), .transient, true), (.transport(.tls), .other, false),
            (.transport(.cancelled), .other, true), (.answer, .transient, true), (.deadline, .other, true),
            (.cancelled, .other, true), (.configuration, .other, false),
            (.credentials(CredentialError(.unavailable, source: "s", "m")), .transient, false),
            (.credentials(CredentialError(.invalid, source: "s", "m")), .other, false),
            (.credentials(CredentialError(.refused, source: "s", "m")), .other, false),
            (.credentials(CredentialError(.none, source: "s", "m")), .other, false),
        ] as [(AWSError.Origin, AWSError.Kind, Bool)])
    func whoSaysItCounts(origin: AWSError.Origin, kind: AWSError.Kind, mayHaveActed: Bool) {
        #expect(error("", nil, origin).kind == kind)
        #expect(error("", nil, origin).mayHaveActed == mayHaveActed)
    }

    @Test func aServiceThatFailsMayHaveActedAndOneThatRefusesHasNot() {
        #expect(error("", 500).mayHaveActed)
        #expect(error("InternalError", 500).mayHaveActed)
        #expect(error("ServiceUnavailable", 503).mayHaveActed)
        #expect(!error("RequestLimitExceeded", 503).mayHaveActed)
        #expect(!error("InsufficientInstanceCapacity", 500).mayHaveActed)
        #expect(!error("InvalidParameterValue", 400).mayHaveActed)
    }

    @Test(arguments: [
        (
            "UnauthorizedOperation",
            ["the role or user that signs may not do this; its policy needs ec2:RunInstances"]
        ),
        ("VcpuLimitExceeded", ["it is the account's quota in this region; Service Quotas raises it"]),
        ("OptInRequired", ["the account has not subscribed to this, or the region is not enabled for it"]),
        ("InvalidParameterValue", []),
    ])
    func whatIsRefusedSaysWhatToDo(code: String, notes: [String]) {
        #expect(error(code, 403).notes == notes)
    }

    @Test func credentialsBringTheirOwnNotes() {
        let cause = CredentialError(.none, source: "s", "m", notes: ["set AWS_PROFILE"])
        #expect(error("", nil, .credentials(cause)).notes == ["set AWS_PROFILE"])
    }
}
