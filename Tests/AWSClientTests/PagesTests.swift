import AWSClient
import Testing

@Suite struct PagesTests {
    private let call = AWSCall(ClientScene.ec2, "DescribeImages")

    @Test func allPagesAreReadInTheirOrder() async throws {
        var asked: [String?] = []
        let items = try await Pages.all(of: call) { token throws(AWSError) -> ([Int], String?) in
            asked.append(token)
            return switch token {
            case nil: ([1, 2], "a")
            case "a": ([], "b")
            default: ([3], nil)
            }
        }
        #expect(items == [1, 2, 3])
        #expect(asked == [nil, "a", "b"])
    }

    @Test(arguments: [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
    func aTokenThatComesAgainIsAnError(tokens: [String]) async {
        var asked = 0
        let error = await #expect(throws: AWSError.self) {
            try await Pages.all(of: call) { _ throws(AWSError) -> ([Int], String?) in
                asked += 1
                return ([asked], asked <= tokens.count ? tokens[asked - 1] : nil)
            }
        }
        #expect(error?.description == "ec2 DescribeImages: the service gave the same page of a list twice")
        #expect(asked == tokens.count)
    }

    @Test func anErrorEndsTheReading() async {
        let failed = AWSError(call, .service, code: "Other", "no")
        await #expect(throws: failed) {
            try await Pages.all(of: call) { token throws(AWSError) -> ([Int], String?) in
                if token != nil { throw failed }
                return ([1], "a")
            }
        }
    }
}
