import Diagnostics
import Testing

@Suite struct NearestNameTests {
    private static let keys = ["writer", "reader", "port", "database", "instance_class", "max_connections", "tls"]

    @Test(arguments: [
        ("writr", "writer"), ("writerr", "writer"), ("wrixer", "writer"), ("wirter", "writer"),
        ("Reader", "reader"), ("DATABASE", "database"), ("databse", "database"),
        ("instanceclass", "instance_class"), ("instance-class", "instance_class"),
        ("prot", "port"), ("tsl", "tls"),
    ])
    func findsTheNameBehindATypo(_ typo: String, _ meant: String) {
        #expect(nearestName(to: typo, in: NearestNameTests.keys) == meant)
    }

    @Test(arguments: [("data", "database"), ("max", "max_connections"), ("inst", "instance_class")])
    func findsTheNameThatBeginsSo(_ beginning: String, _ meant: String) {
        #expect(nearestName(to: beginning, in: NearestNameTests.keys) == meant)
    }

    @Test(arguments: ["", "x", "zzzzzz", "completely_else", "ma"])
    func findsNothingWhereNothingIsNear(_ name: String) {
        #expect(nearestName(to: name, in: NearestNameTests.keys) == nil)
    }

    @Test func prefersTheNearestAndOfEqualOnesTheFirst() {
        #expect(nearestName(to: "abcdef", in: ["abcxyf", "abcdeg", "abcdex"]) == "abcdeg")
        #expect(nearestName(to: "log_statemen", in: ["log_statement_long", "log_statement"]) == "log_statement")
    }

    @Test func findsNothingAmongNothing() {
        #expect(nearestName(to: "writer", in: []) == nil)
    }

    @Test func namesOfMoreThan64BytesHaveNoNearName() {
        let longest = String(repeating: "a", count: 64)
        #expect(nearestName(to: longest, in: [longest]) == longest)
        #expect(nearestName(to: longest + "a", in: [longest]) == nil)
        #expect(nearestName(to: String(repeating: "x", count: 1_000_000), in: NearestNameTests.keys) == nil)
    }
}
