/// What a file may hold. Each bounds the time or the memory that a hostile file can take.
enum YAMLLimits {
    /// Bytes of a file.
    static let bytes = 1 << 20
    /// Open collections, one within the other.
    static let depth = 64
    /// Scalars and collections, keys included.
    static let nodes = 100_000
    /// Blanks and line breaks in a row. libyaml keeps a buffer as long as the longest run that it met and clears all
    /// of it after each word, which is quadratic.
    static let blankRun = 1_024
    /// Combining marks in a row, as in Unicode's Stream-Safe Text Format. Swift compares and hashes a string in a time
    /// that is quadratic in the longest run of them.
    static let combiningRun = 30
    /// Characters of a key; libyaml looks no further for its colon.
    static let key = 1_024
    /// Errors that one run reports.
    static let diagnostics = 100
}
