/// The name among `candidates` that `name` was most likely meant to be, or nil when none is near.
///
/// Near is an edit distance (insertion, deletion, replacement, swap of neighbours, case folded) of at most a third of
/// the name's length, or a name that begins with most of it. Names of more than 64 bytes have no near name, which bounds the time.
package func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
    let folded = Array(name.lowercased().utf8)
    guard folded.count <= 64 else { return nil }
    let bound = max(1, folded.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate.lowercased().utf8)
        let shared = zip(folded, other).prefix { $0 == $1 }.count
        let isStart = shared >= 3 && (shared == folded.count || shared >= 4 && shared * 3 >= folded.count * 2)
        if isStart, bound < best?.distance ?? .max { best = (candidate, bound) }
        guard abs(other.count - folded.count) <= bound else { continue }
        let distance = editDistance(folded, other)
        if distance <= bound, distance < best?.distance ?? .max {
            best = (candidate, distance)
        }
    }
    return best?.name
}

/// The restricted Damerau–Levenshtein distance of two byte strings.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
        var row = [i]
        for j in 1...b.count {
            let cost = a[i - 1] == b[j - 1] ? 0 : 1
            var distance = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                distance = min(distance, beforeLast[j - 2] + 1)
            }
            row.append(distance)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
