import ClusterSpec
import Doctor
import Testing

struct NetworkListTests {
    private func list(_ networks: String...) throws -> NetworkList {
        NetworkList(try networks.map { try CIDRBlock.parse($0) })
    }

    @Test func anEmptyListHoldsEveryone() throws {
        #expect(try list().contains("10.0.0.1"))
        #expect(try list().contains("unknown"))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.1.2.3/8", "10.9.9.9", true), ("192.168.1.128/25", "192.168.1.127", false),
        ("192.168.1.128/25", "192.168.1.128", true), ("127.0.0.1/32", "127.0.0.1", true),
        ("127.0.0.1/32", "127.0.0.2", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("::1/128", "::1", true),
        ("fe80::/10", "fe80::1%eth0", true), ("::/0", "2001:db8::1", true), ("2001:db8::/33", "2001:db8:8000::", false),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("10.0.0.0/8", "::ffff:11.1.1.1", false),
        ("::ffff:10.0.0.0/104", "10.1.1.1", true), ("::ffff:10.0.0.0/104", "11.1.1.1", false),
        ("10.0.0.0/8", "unknown", false), ("0.0.0.0/0", "", false), ("0.0.0.0/0", "1.2.3", false),
    ])
    func anAddressIsWithinByItsFirstBits(network: String, peer: String, isWithin: Bool) throws {
        #expect(try list(network).contains(peer) == isWithin)
        #expect(try list("203.0.113.9/32", network).contains(peer) == isWithin)
    }
}
