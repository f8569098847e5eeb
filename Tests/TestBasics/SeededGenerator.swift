import FoundationEssentials

/// The same numbers for the same seed (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension Collection {
    /// An element by chance; the collection must not be empty.
    package func pick(_ generator: inout SeededGenerator) -> Element {
        self[index(startIndex, offsetBy: Int.random(in: 0..<count, using: &generator))]
    }
}

/// How many times as many rounds a property test makes under `scripts/test --long`.
package let longFactor = ProcessInfo.processInfo.environment["PGPOOL_AURORA_LONG"] == nil ? 1 : 5
