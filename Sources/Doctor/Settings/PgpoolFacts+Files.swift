import ClusterSpec
import HealthDecision
import PgpoolConfig

extension PgpoolFacts {
    /// Reads pgpool.conf and pcp.conf of a folder as pgpool does.
    init(folder: String, pgpoolHost: String) {
        self.init()
        let path = "\(folder)/\(PgpoolConfFile.name)"
        guard let bytes = SmallFile.bytes(path) else { return }
        let values = PgpoolConfFile.read(bytes, file: path).values
        // pgpool takes a relative path from its configuration's folder.
        let pidFile = values["pid_file_name"] ?? "/var/run/pgpool/pgpool.pid"
        self.pidFile = pidFile.hasPrefix("/") ? pidFile : "\(folder)/\(pidFile)"
        reserved = values["reserved_connections"].flatMap { Int($0) } ?? 0
        maxPool = values["max_pool"].flatMap { Int($0) } ?? 4
        nodes = PgpoolFacts.nodes(values)
        readPCP(values, folder, pgpoolHost)
        let wanted = "\(SettingsReader.applicationName):standby"
        let redirections = (values["app_name_redirect_preference_list"] ?? "").split(separator: ",")
        if nodes.count < 2 {
            readerMissing = "pgpool.conf has one backend"
        } else if !redirections.contains(where: { $0.filter { $0 != " " } == wanted }) {
            readerMissing = "pgpool.conf has no app_name_redirect_preference_list = '\(wanted)'"
        } else if nodes.dropFirst().allSatisfy({ $0.weight == 0 }) {
            readerMissing = "no reader has a weight, so no read goes there"
        }
    }

    private mutating func readPCP(_ values: [String: String], _ folder: String, _ pgpoolHost: String) {
        let path = "\(folder)/\(PCPConfFile.name)"
        let entries = PCPConfFile.read(SmallFile.bytes(path) ?? [])
        guard let entry = entries.first(where: { $0.user == PCPConfFile.user }) ?? entries.first else {
            pcpMissing = "\(path) has no user"
            return
        }
        let port = values["pcp_port"].flatMap { Int($0) } ?? 9898
        let listening = (values["pcp_listen_addresses"] ?? "localhost").split(separator: ",").map {
            String($0.filter { $0 != " " })
        }
        let own = CIDRBlock.addressBytes(pgpoolHost) == nil ? "127.0.0.1" : pgpoolHost
        let address: String
        switch listening.first ?? "" {
        case "*", "localhost", "0.0.0.0": address = "127.0.0.1"
        case "::", "::1": address = "::1"
        case let other where CIDRBlock.addressBytes(other) != nil: address = other
        default: address = own
        }
        pcp = PCPClient.Place(address: address, port: port, user: entry.user, hash: entry.hash)
        pcpMissing = ""
    }

    private static func nodes(_ values: [String: String]) -> [Snapshot.Node] {
        let prefix = "backend_hostname"
        let numbers = values.keys.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }.sorted()
        return numbers.map { number in
            Snapshot.Node(
                number: number, endpoint: number == 0 ? "writer" : "reader", host: values["\(prefix)\(number)"] ?? "",
                port: values["backend_port\(number)"].flatMap { Int($0) } ?? 5432,
                weight: values["backend_weight\(number)"].flatMap { Double($0) } ?? 1, role: "unknown", addresses: [])
        }
    }
}
