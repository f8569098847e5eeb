import Diagnostics
import YAMLDocument

/// `service:`, how pgpool and the doctor are told of a change on a host without systemd. Each is a command as a list of
/// words; no shell sees it.
package struct Service: Sendable {
    package var reload: Setting<[String]>?
    package var restart: Setting<[String]>?
    package var doctorReload: Setting<[String]>?
    package var doctorRestart: Setting<[String]>?

    init(_ top: Section) {
        let section = top.section("service", keys: ["reload", "restart", "doctor_reload", "doctor_restart"])
        func command(_ key: String) -> Setting<[String]>? {
            guard let words = section.list(key, Parse.text), let location = section.node(key)?.location else {
                return nil
            }
            guard !words.isEmpty else {
                section.findings.error(at: location, key: section.name(key), "is an empty command")
                return nil
            }
            return Setting(words.map(\.value), at: location)
        }
        reload = command("reload")
        restart = command("restart")
        doctorReload = command("doctor_reload")
        doctorRestart = command("doctor_restart")
        if (reload == nil) != (restart == nil) {
            section.findings.error(
                at: section.location, key: "service.\(reload == nil ? "reload" : "restart")",
                "is missing: a change may need either", notes: ["give both reload and restart"])
        }
    }
}
