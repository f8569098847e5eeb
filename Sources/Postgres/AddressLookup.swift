import Dispatch
import Glibc
import Synchronization

/// Resolves a host name without holding up who asks.
///
/// `getaddrinfo` blocks for as long as the resolver likes. It runs on a queue of its own and is left behind there
/// when the deadline passes or the task is cancelled.
package final class AddressLookup: Sendable {
    private let outcome = Mutex<Result<[String], PostgresError>?>(nil)

    /// The addresses to give to libpq in turn; a single nil when it needs none, as for numeric hosts and sockets.
    static func addresses(of host: String, waiter: Waiter) throws(PostgresError) -> [String?] {
        let isSocket = host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@")
        if isSocket || (try? resolve(host, flags: AI_NUMERICHOST)) != nil { return [nil] }

        let lookup = AddressLookup()
        let wakeup = waiter.wakeup
        DispatchQueue(label: "postgres.lookup").async {
            let result = Result { () throws(PostgresError) in try resolve(host, flags: 0) }
            lookup.outcome.withLock { $0 = result }
            wakeup.signal()
        }
        while true {
            if let result = lookup.outcome.withLock({ $0 }) { return try result.get() }
            _ = try waiter.wait(for: 0, on: -1)
        }
    }

    /// The numeric addresses of a host, as `getaddrinfo` finds them with these flags. Blocks.
    package static func resolve(_ host: String, flags: Int32) throws(PostgresError) -> [String] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while status == 0, let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 {
                found.append(text.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) ?? "" })
            }
            next = entry.ai_next
        }
        guard !found.isEmpty else {
            let reason = status == 0 ? "no address" : String(cString: gai_strerror(status))
            throw PostgresError(
                code: .connectionFailed, message: "could not translate host name \"\(host)\" to address: \(reason)")
        }
        return found
    }
}
