import Dispatch
import Postgres
import Synchronization

/// Looks a host's addresses up, as pgpool does for each new connection.
///
/// `getaddrinfo` blocks for as long as the resolver likes, so it runs on a queue of its own; while one look-up hangs no
/// second one is begun.
final class NameLookup: Sendable {
    let host: String
    private let queue = DispatchQueue(label: "doctor.lookup")
    private let isUnderWay = Mutex(false)
    private let last = Mutex<Set<String>?>(nil)

    init(host: String) {
        self.host = host
    }

    /// What the last look-up that succeeded has found.
    var lastKnown: Set<String>? { last.withLock { $0 } }

    /// The addresses; nil when they are not known within the time.
    func addresses(within limit: Duration) async -> Set<String>? {
        let begun = isUnderWay.withLock { flag in
            defer { flag = true }
            return !flag
        }
        guard begun else { return nil }
        let (results, continuation) = AsyncStream<Set<String>?>.makeStream()
        queue.async {
            let found = (try? AddressLookup.resolve(self.host, flags: 0)).map { Set($0) }
            if let found { self.last.withLock { $0 = found } }
            self.isUnderWay.withLock { $0 = false }
            continuation.yield(found)
            continuation.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            continuation.finish()
        }
        defer { timer.cancel() }
        for await found in results { return found }
        return nil
    }
}
