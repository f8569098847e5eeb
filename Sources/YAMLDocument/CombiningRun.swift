/// Counts combining marks that follow each other.
struct CombiningRun {
    private var length = 0

    /// Whether a text has a run that is too long.
    static func isTooLong(in text: String) -> Bool {
        var run = CombiningRun()
        return text.unicodeScalars.contains { run.isTooLong(with: $0.value) }
    }

    /// Takes the next scalar; true when it makes the run just too long.
    mutating func isTooLong(with scalar: UInt32) -> Bool {
        guard scalar >= 0x300, let scalar = Unicode.Scalar(scalar),
            scalar.properties.canonicalCombiningClass != .notReordered
        else {
            length = 0
            return false
        }
        length += 1
        return length == YAMLLimits.combiningRun + 1
    }
}
