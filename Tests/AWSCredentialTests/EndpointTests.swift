import AWSClient
import Testing

struct EndpointTests {
    @Test func aServiceThatNobodyNamedFollowsTheRule() throws {
        let configuration = try AWSConfiguration(.fake(["AWS_ENDPOINT_URL_SNS": "http://127.0.0.1:1/base"]))
        #expect(
            try configuration.endpoint(for: "sqs", region: "cn-north-1").description
                == "https://sqs.cn-north-1.amazonaws.com.cn/")
        #expect(try configuration.endpoint(for: "sns", region: "x").description == "http://127.0.0.1:1/base")
    }

    @Test(arguments: [
        ("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-iso-west-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"), ("eu-isoe-west-1", "aws-iso-e"), ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"), ("xx-new-1", "aws"),
    ])
    func aRegionHasAPartition(_ region: String, _ partition: String) {
        #expect(Partition(ofRegion: region).id == partition)
    }
}
