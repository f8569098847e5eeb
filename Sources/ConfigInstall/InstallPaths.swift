/// Where an installation stands.
///
///     /etc/pgpool-aurora/generations/<name>/   the six files, never changed
///     /etc/pgpool-aurora/current               link to the generation in force
///     /etc/pgpool-aurora/applied               the generation that pgpool was last told of
///     /etc/pgpool-aurora/started               what only a restart changes, at pgpool's last restart by us
///     /etc/pgpool-aurora/history               the generations in the order of their use, the last first
///     /etc/pgpool-aurora/lock
///     /etc/pgdoctor.cfg                        link to current/pgdoctor.cfg
package struct InstallPaths: Hashable, Sendable {
    package var folder: String
    package var pgdoctorConfig: String

    /// Below `root`, empty for the machine's own.
    package init(root: String) {
        folder = root + "/etc/pgpool-aurora"
        pgdoctorConfig = root + "/etc/pgdoctor.cfg"
    }

    package var generations: String { folder + "/generations" }
    package var current: String { folder + "/current" }
    package var applied: String { folder + "/applied" }
    package var started: String { folder + "/started" }
    package var history: String { folder + "/history" }
    package var lock: String { folder + "/lock" }
}
