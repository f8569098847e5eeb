@testable import AWSClient
import Foundation
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2030-01-31T12:00:00Z", 1_896_091_200), ("2024-02-29T23:59:59Z", 1_709_251_199),
        ("2000-03-01T00:00:00Z", 951_868_800), ("2030-01-31T12:00:00.987Z", 1_896_091_200),
        ("2030-01-31T12:00:00+00:00", 1_896_091_200), ("2030-01-31T14:00:00+0200", 1_896_091_200),
        ("2030-01-31T06:30:00-05:30", 1_896_091_200), ("2030-01-31 12:00:00z", 1_896_091_200),
        ("1969-12-31T23:59:59Z", -1),
    ])
    func aTimeIsRead(_ text: String, _ seconds: Int) {
        #expect(Date(timestamp: text)?.timeIntervalSince1970 == Double(seconds))
    }

    @Test(arguments: [
        "", "2030", "2030-01-31", "2030-01-31T12:00:00", "2030-13-01T00:00:00Z", "2030-01-31T24:00:00Z",
        "2030-01-31T12:00:00.Z", "2030-01-31T12:00:00Zx", "2030-01-31T12:00:00+1", "+030-01-31T12:00:00Z",
        "٢٠٣٠-01-31T12:00:00Z", "1896091200",
    ])
    func whatIsNoTimeIsNil(_ text: String) {
        #expect(Date(timestamp: text) == nil)
    }
}
