import FoundationEssentials
import Testing

@testable import AWSClient

@Suite struct AnswerTimesTests {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Sun, 30 Aug 2015 12:36:00 GMT", 1_440_938_160), ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
        ("Wed, 31 Dec 2036 23:59:59 GMT", 2_114_380_799),
    ])
    func readsTheDateOfAnAnswer(text: String, seconds: Double) {
        #expect(AnswerTimes.date(HTTPResponse(200, ["Date": text]))?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", " ", "now", "0", "1440938160", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, xx Nov 1994 08:49:37 GMT", "Sun, 06 Nov xxxx 08:49:37 GMT",
        "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 99:99:99 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT extra", "2015-08-30T12:36:00Z",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 99999999999999999999 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 99999999999999999999:49:37 GMT", "Sun, 0\u{301}6 Nov 1994 08:49:37 GMT",
    ])
    func whatIsNoDateIsNone(text: String) {
        #expect(AnswerTimes.date(HTTPResponse(200, ["Date": text])) == nil)
    }

    @Test func anAnswerMayHaveNoDate() {
        #expect(AnswerTimes.date(HTTPResponse(200)) == nil)
    }

    @Test(arguments: [
        ("2015-08-30T12:36:00Z", 1_440_938_160), ("2015-08-30T12:36:00.000Z", 1_440_938_160),
        ("2015-08-30T12:36:00.5Z", 1_440_938_160.5), ("2015-08-30T12:36:00.123456Z", 1_440_938_160.123456),
        ("2015-08-30T12:36:00+00:00", 1_440_938_160), ("2015-08-30T14:36:00+02:00", 1_440_938_160),
        ("2024-02-29T00:00:00Z", 1_709_164_800),
    ])
    func readsATimestamp(text: String, seconds: Double) throws {
        let date = try #require(AnswerTimes.timestamp(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test(arguments: [
        "", "now", "2015-08-30", "12:36:00Z", "2015-13-30T12:36:00Z", "2015-08-32T12:36:00Z", "2015-08-30T25:36:00Z",
        "2015-08-30T12:60:00Z", "1440938160", "99999999999999999999-08-30T12:36:00Z", "2015-08-30T12:36:00.Z",
        "2015-08-30T12:36:00.99999999999999999999999Zx",
    ])
    func whatIsNoTimestampIsNone(text: String) {
        #expect(AnswerTimes.timestamp(text) == nil)
    }

    @Test(
        arguments: [
            ([("Retry-After", "3")], .seconds(3)), ([("retry-after", "0")], .zero),
            ([("Retry-After", "3600")], .seconds(60)),
            ([("x-amz-retry-after", "1500")], .milliseconds(1500)), ([("x-amz-retry-after", "99999999")], .seconds(60)),
            ([("x-amz-retry-after", "10"), ("Retry-After", "3")], .milliseconds(10)),
            ([("x-amz-retry-after", "soon"), ("Retry-After", "3")], .seconds(3)),
            ([("Retry-After", "-1")], nil), ([("Retry-After", "1.5")], nil), ([("Retry-After", "")], nil),
            ([("Retry-After", "99999999999999999999")], nil), ([("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], nil),
            ([], nil),
        ] as [([(name: String, value: String)], Duration?)])
    func readsHowLongToWait(headers: [(name: String, value: String)], wait: Duration?) {
        #expect(AnswerTimes.retryAfter(HTTPResponse(503, HTTPHeaders(headers))) == wait)
    }
}
