import StackDeploy
import Testing

struct InstanceWordsTests {
    @Test(arguments: [
        ("Received FAILURE signal with UniqueId i-0123456789abcdef0", "i-0123456789abcdef0"),
        ("Received FAILURE signal with UniqueId i-0123456789abcdef0.", "i-0123456789abcdef0"),
        ("Received 0 SUCCESS signal(s) out of 2.", nil), ("Received FAILURE signal with UniqueId web-1", nil),
        ("Received FAILURE signal with UniqueId i-", nil), ("UniqueId i-0123456789abcdef0", nil), ("", nil),
    ])
    func theInstanceIsTheOneOfTheSignal(_ reason: String, _ id: String?) {
        #expect(InstanceWords.instance(in: reason) == id)
    }

    @Test(arguments: [
        ("pgpool-aurora: not ready: /ready: 500, dead\npgpool-aurora: FAILURE was sent to s\n", ["/ready: 500, dead"]),
        // With the prefix of cloud-init, and colours.
        (
            "[  12.5] cloud-init[812]: pgpool-aurora: not ready: a\r\n[  12.5] cloud-init[812]: b\r\n"
                + "[  12.6] cloud-init[812]: pgpool-aurora: FAILURE was sent\r\nlogin:", ["a", "b"]
        ),
        ("\u{1B}[31mpgpool-aurora: not ready: \u{1B}[0mred\u{7}\npgpool-aurora: x", ["red"]),
        // The last one counts, and there is an end to it.
        (
            "pgpool-aurora: not ready: old\npgpool-aurora: not ready: new\n1\n2\n3\n4\n5\n6\n7\n",
            ["new", "1", "2", "3", "4", "5"]
        ),
        ("pgpool-aurora: waiting: nothing\nlogin: ", []), ("", []),
    ])
    func theReasonIsTheLastOneOnTheConsole(_ console: String, _ lines: [String]) {
        #expect(InstanceWords.reason(on: Array(console.utf8)) == lines)
    }

    @Test func aConsoleThatIsNoTextIsNoReason() {
        #expect(InstanceWords.reason(on: (0...255).map { UInt8($0) }) == [])
    }
}
