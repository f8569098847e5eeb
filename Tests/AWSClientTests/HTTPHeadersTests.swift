import AWSClient
import Testing

@Suite struct HTTPHeadersTests {
    @Test func namesCompareWithoutRegardToCase() {
        let headers: HTTPHeaders = ["Content-Type": "a"]
        #expect(headers["content-type"] == "a")
        #expect(headers["CONTENT-TYPE"] == "a")
        #expect(headers["Content_Type"] == nil)
        #expect(headers["Content-Typ"] == nil)
    }

    @Test func theFirstOfSeveralIsFoundAndAllKeepTheirOrder() {
        let headers = HTTPHeaders([("A", "1"), ("b", "2"), ("a", "3")])
        #expect(headers["a"] == "1")
        #expect(headers.fields.map(\.value) == ["1", "2", "3"])
    }

    @Test func settingReplacesAllOfAName() {
        var headers = HTTPHeaders([("A", "1"), ("b", "2"), ("a", "3")])
        headers["a"] = "4"
        #expect(headers == HTTPHeaders([("b", "2"), ("a", "4")]))
        headers["B"] = nil
        #expect(headers == HTTPHeaders([("a", "4")]))
        headers["none"] = nil
        #expect(headers == HTTPHeaders([("a", "4")]))
    }
}
