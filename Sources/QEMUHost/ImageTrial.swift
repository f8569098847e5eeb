package import ImageBuild
package import YAMLDocument

/// What is done with a new image beside booting it. A password is in nothing of it but in what `files` gives.
package struct ImageTrial: Sendable {
    /// What the guest finds on its second disk, by name.
    package var files: @Sendable () async throws(HostError) -> [String: [UInt8]]
    /// Ports of the guest that are to be reached from here.
    package var ports: [Int]
    /// Looks at the guest, whose ports are reached by these of this machine.
    package var examine: @Sendable ([Int: Int]) async throws(HostError) -> Void

    package init(
        ports: [Int], files: @escaping @Sendable () async throws(HostError) -> [String: [UInt8]],
        examine: @escaping @Sendable ([Int: Int]) async throws(HostError) -> Void
    ) {
        self.files = files
        self.ports = ports
        self.examine = examine
    }
}

/// The spec that a guest is tried with: the user's own, with the cluster to try it on.
package enum TrialSpec {
    /// This machine, as a guest sees it. Source: QEMU's documentation of `-netdev user`.
    static let thisMachine = "10.0.2.2"
    /// The file's name on the disk.
    static let name = "cluster.yaml"
    /// Where the guest has what was on the disk.
    static let folder = "/etc/pgpool-aurora/trial"

    /// What goes onto the disk, by name; `users` are those who log in, with their passwords.
    package static func files(
        _ spec: YAMLNode, _ trial: ClusterTrial, users: [(name: String, password: String)]
    ) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var list: [YAMLNode] = []
        for (index, user) in users.enumerated() {
            // One final newline is dropped by who reads it.
            files["user-\(index)"] = Array("\(user.password)\n".utf8)
            list.append(
                .mapping(["name": .scalar(user.name), "password_file": .scalar("\(folder)/user-\(index)")]))
        }
        let allowed = (spec["pgpool"]?["allow"]?.items ?? []) + [.scalar("\(thisMachine)/32")]
        var text =
            spec.setting("aurora", "writer", to: .scalar(endpoint(trial.writer)))
            .setting("aurora", "reader", to: .scalar(endpoint(trial.reader)))
            .setting("auth", "users", to: .sequence(list))
            .setting("pgpool", "allow", to: .sequence(allowed))
            // What would be of no use in the guest, or would keep us from looking.
            .setting("image", to: nil).setting("service", to: nil).setting("pgpool", "tls", to: nil)
        if text["health"] != nil {
            text = text.setting("health", "listen_addresses", to: nil)
        }
        files[name] = Array(text.text.utf8)
        return files
    }

    /// An endpoint as the guest reaches it: its own loopback interface is another one.
    static func endpoint(_ text: String) -> String {
        guard let colon = text.lastIndex(of: ":") else { return text }
        let host = text[..<colon]
        guard host == "localhost" || host == "127.0.0.1" else { return text }
        return thisMachine + text[colon...]
    }
}
