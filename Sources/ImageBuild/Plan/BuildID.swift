package import FoundationEssentials

/// The name of one build: in tags, in the journal's name, and as the nonce by which the guest's lines are known.
///
/// Lower-case letters, digits and hyphens, at most 40 of them, so that it may stand in a path, a client token and a shell.
package struct BuildID: Hashable, Sendable {
    package let text: String

    /// An id that sorts by time and that no guest can guess: `20261122-200312-5f2c9b0d1e7a4c38`.
    package init(at time: Date, random: UInt64) {
        let digits = time.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).filter(\.isNumber)
        let hexadecimal = String(random, radix: 16)
        let padding = String(repeating: "0", count: 16 - hexadecimal.count)
        text = "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(padding)\(hexadecimal)"
    }

    /// Nil for a text that is none.
    package init?(_ text: String) {
        guard (1...40).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }),
            !text.hasPrefix("-")
        else { return nil }
        self.text = text
    }
}

extension BuildID: CustomStringConvertible {
    package var description: String { text }
}

extension BuildID: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = BuildID(text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no build id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
