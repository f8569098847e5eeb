import HealthDecision

/// A message of PCP.
struct PCPMessage {
    var kind: Character
    var body: [UInt8]

    init(kind: Character, texts: [String]) {
        self.kind = kind
        body = texts.flatMap { Array($0.utf8) + [0] }
    }

    init(kind: Character, body: [UInt8]) {
        self.kind = kind
        self.body = body
    }

    var bytes: [UInt8] {
        let length = UInt32(body.count + 4)
        return Array(String(kind).utf8) + withUnsafeBytes(of: length.bigEndian, Array.init) + body
    }

    /// The texts of the body, each of which ends in a NUL.
    var texts: [String] {
        var parts = body.split(separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    private static let waiting = "Wait for connection"
    /// What a child may be doing, in pgpool's words.
    private static let statuses: Set<String> = [
        waiting, "Connecting", "Execute command", "Idle", "Idle in transaction",
    ]

    /// The children that the rows of `ProcessInfo` describe, one row for each backend of each pool entry.
    ///
    /// A row has 12 texts up to 4.2 and 17 since 4.3, which added the times of the client and, at the end, what the child
    /// does (`pool_report_pools_offsets` in `src/utils/pool_process_reporting.c`).
    static func children(_ rows: [[String]]) -> [PCPClient.Child] {
        var children: [PCPClient.Child] = []
        for row in rows {
            let isShort = row.count < 17
            guard row.count >= 12, let pid = Int32(row[0]), let node = Int(row[isShort ? 3 : 4]),
                let backendPID = Int32(row[isShort ? 10 : 14])
            else { continue }
            let isInUse = row[isShort ? 11 : 15] == "1"
            // A later series may have more texts at the end; up to 4.2 there is no status.
            let status = isShort ? nil : row[16...].first { Self.statuses.contains($0) }
            if children.last?.pid != pid {
                children.append(PCPClient.Child(pid: pid, isBusy: false, entries: []))
            }
            let last = children.count - 1
            if isInUse || status != nil && status != Self.waiting { children[last].isBusy = true }
            if backendPID > 0 {
                children[last].entries.append(
                    PoolEntry(child: pid, node: node, backendPID: backendPID, isInUse: isInUse))
            }
        }
        return children
    }
}

extension SocketError {
    static func unexpected(_ message: PCPMessage) -> SocketError {
        SocketError(code: .malformed, description: "an unexpected message '\(message.kind)'")
    }
}

/// What was received and not read yet.
struct PCPBuffer {
    private var bytes: [UInt8] = []
    private var start = 0

    /// The longest message that is believed, in bytes.
    private static let longest = 1 << 20

    mutating func append(_ more: [UInt8]) {
        bytes.removeFirst(start)
        start = 0
        bytes += more
    }

    /// Takes the next message; nil when it is not whole yet.
    mutating func next() throws(SocketError) -> PCPMessage? {
        let rest = bytes[start...]
        guard rest.count >= 5 else { return nil }
        let length = rest[(start + 1)..<(start + 5)].reduce(0) { $0 << 8 | Int($1) }
        guard length >= 4, length <= Self.longest else {
            throw SocketError(code: .malformed, description: "a message of \(length) bytes")
        }
        guard rest.count > length else { return nil }
        defer { start += length + 1 }
        return PCPMessage(
            kind: Character(UnicodeScalar(rest[start])), body: Array(rest[(start + 5)..<(start + length + 1)]))
    }
}
