import Testing

@testable import HealthDecision

@Suite struct NumberTextTests {
    @Test(arguments: [
        (Duration.zero, "0"), (.seconds(7), "7"), (.milliseconds(1500), "1.5"), (.microseconds(10), "0.00001"),
        (.nanoseconds(499), "0"), (.nanoseconds(500), "0.000001"), (.nanoseconds(1_999_999_600), "2"),
        (.milliseconds(-1500), "-1.5"), (.nanoseconds(-1), "0"), (.seconds(86_400_000), "86400000"),
    ])
    func secondsAreExactToTheMicrosecond(_ duration: Duration, _ text: String) {
        #expect(duration.decimalSeconds == text)
    }

    @Test(arguments: [
        (Duration.zero, "0 s"), (.seconds(-3), "0 s"), (.microseconds(4), "4 µs"), (.microseconds(999), "999 µs"),
        (.microseconds(4249), "4.2 ms"), (.microseconds(9999), "9.9 ms"), (.microseconds(10_000), "10 ms"),
        (.milliseconds(420), "420 ms"), (.microseconds(999_999), "999 ms"),
        (.milliseconds(1290), "1.2 s"), (.seconds(59), "59 s"), (.seconds(60), "1 min"), (.seconds(192), "3 min 12 s"),
        (.seconds(7500), "2 h 5 min"), (.seconds(86400), "1 d"), (.seconds(1000 * 86400 + 3600), "1,000 d 1 h"),
    ])
    func lengthsOfTimeAreSpokenInTwoUnits(_ duration: Duration, _ text: String) {
        #expect(duration.spoken == text)
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (951_782_399.9, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (978_220_800, "2000-12-31T00:00:00Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
        (1_740_787_200, "2025-03-01T00:00:00Z"), (1_784_887_200, "2026-07-24T10:00:00Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ])
    func secondsSince1970AreATimeOfTheCalendar(_ seconds: Double, _ stamp: String) {
        #expect(UTCTime(secondsSince1970: seconds)?.stamp == stamp)
    }

    @Test(arguments: [-1.0, 253_402_300_800, .infinity, .nan])
    func aTimeOutsideTheCalendarIsNone(_ seconds: Double) {
        #expect(UTCTime(secondsSince1970: seconds) == nil)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func thousandsAreGrouped(_ number: Int, _ text: String) {
        #expect(number.grouped == text)
    }

    @Test(arguments: [(0.0, "0"), (1, "1"), (0.3333, "0.3333")])
    func numbersAreShort(_ number: Double, _ text: String) {
        #expect(number.decimal == text)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNotFiniteHasNoText(_ number: Double) {
        #expect(number.decimal == nil)
    }
}
