/// How long something has been so on end, by looks that are never far apart. What nobody has looked at for long may have
/// been otherwise meanwhile.
struct Streak: Hashable, Sendable {
    private var first: Duration?
    private(set) var last: Duration?

    /// It is so at this time.
    mutating func see(at time: Duration, longestGap: Duration) {
        if let last, time - last > longestGap { first = nil }
        if first == nil { first = time }
        last = max(last ?? time, time)
    }

    /// It is not so.
    mutating func end() { (first, last) = (nil, nil) }

    /// From the first look to the last one; nil when it is not so.
    var length: Duration? {
        guard let first, let last else { return nil }
        return last - first
    }
}
