import Dispatch
import Glibc
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
            let found = NameLookup.resolve(self.host)
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

    private static func resolve(_ host: String) -> Set<String>? {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var found: Set<String> = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            {
                found.insert(text.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) ?? "" })
            }
            next = entry.ai_next
        }
        return found.isEmpty ? nil : found
    }
}
