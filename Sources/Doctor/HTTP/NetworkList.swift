package import ClusterSpec

/// Networks that may ask; an empty list means everyone.
package struct NetworkList: Sendable {
    private struct Block {
        var bytes: [UInt8]
        var length: Int
    }

    private let blocks: [Block]

    package init(_ networks: [CIDRBlock]) {
        blocks = networks.map { network in
            // A block whose address is none cannot be made by CIDRBlock.parse; without bytes it matches nobody.
            let bytes = CIDRBlock.addressBytes(network.address) ?? []
            let short = Self.unmapped(bytes)
            let isShortened = short.count < bytes.count && network.prefixLength >= 96
            return isShortened
                ? Block(bytes: short, length: network.prefixLength - 96)
                : Block(bytes: bytes, length: network.prefixLength)
        }
    }

    /// Whether the address lies in one of the networks. What is no address lies in none.
    package func contains(_ peer: String) -> Bool {
        guard !blocks.isEmpty else { return true }
        // A link-local address carries its interface: fe80::1%eth0.
        guard let bytes = CIDRBlock.addressBytes(String(peer.prefix { $0 != "%" })) else { return false }
        let address = Self.unmapped(bytes)
        return blocks.contains { block in
            block.bytes.count == address.count
                && (0..<block.length).allSatisfy { bit in
                    let mask = UInt8(0x80) >> UInt8(bit % 8)
                    return (block.bytes[bit / 8] ^ address[bit / 8]) & mask == 0
                }
        }
    }

    /// The IPv4 address within an IPv6 address such as `::ffff:10.0.0.1`; any other address as it is.
    private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
        let prefix = Array(repeating: UInt8(0), count: 10) + [0xff, 0xff]
        return bytes.count == 16 && bytes.starts(with: prefix) ? Array(bytes.suffix(4)) : bytes
    }
}
