import Glibc

/// How many files and sockets the process may have open.
package enum FileLimit {
    /// Raises the soft limit to the hard one, but to no more than `wanted`; returns the limit that then holds.
    @discardableResult
    package static func raise(to wanted: Int = 65536) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        let old = limit.rlim_cur
        limit.rlim_cur = max(old, min(limit.rlim_max, rlim_t(wanted)))
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_cur : old)
    }
}
