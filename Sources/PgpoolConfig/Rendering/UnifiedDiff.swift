/// The difference of two texts in the form that `diff -u` and `patch` know.
package enum UnifiedDiff {
    /// Lines around a change that are shown with it.
    private static let contextLines = 3

    /// The difference with its two header lines; empty when the texts are the same.
    package static func between(_ old: String, _ new: String, oldName: String, newName: String) -> String {
        guard old != new else { return "" }
        let edits = edits(lines(old), lines(new))
        var text = "--- \(oldName)\n+++ \(newName)\n"
        for hunk in hunks(edits) { text += render(hunk, of: edits) }
        return text
    }

    private enum Edit {
        case same(String)
        case removed(String)
        case added(String)

        var isChange: Bool {
            if case .same = self { return false }
            return true
        }
    }

    private static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" {
            lines.removeLast()
        } else if let last = lines.popLast() {
            lines.append("\(last)\n\\ No newline at end of file")
        }
        return lines
    }

    private static func edits(_ old: [String], _ new: [String]) -> [Edit] {
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Edit] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                edits.append(.removed(old[i]))
                i += 1
            } else if j < new.count, added.contains(j) {
                edits.append(.added(new[j]))
                j += 1
            } else {
                edits.append(.same(old[i]))
                i += 1
                j += 1
            }
        }
        return edits
    }

    /// Ranges of edits that belong together, with their context.
    private static func hunks(_ edits: [Edit]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for index in edits.indices where edits[index].isChange {
            let range = max(0, index - contextLines)..<min(edits.count, index + contextLines + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private static func render(_ hunk: Range<Int>, of edits: [Edit]) -> String {
        func count(_ edits: ArraySlice<Edit>, old: Bool) -> Int {
            edits.count { edit in
                switch edit {
                case .same: true
                case .removed: old
                case .added: !old
                }
            }
        }
        func header(old: Bool) -> String {
            let before = count(edits[..<hunk.lowerBound], old: old)
            let length = count(edits[hunk], old: old)
            // An empty side is named by the line before it.
            let start = length == 0 ? before : before + 1
            return length == 1 ? "\(start)" : "\(start),\(length)"
        }
        var text = "@@ -\(header(old: true)) +\(header(old: false)) @@\n"
        for edit in edits[hunk] {
            switch edit {
            case .same(let line): text += " \(line)\n"
            case .removed(let line): text += "-\(line)\n"
            case .added(let line): text += "+\(line)\n"
            }
        }
        return text
    }
}
