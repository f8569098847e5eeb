package import HealthDecision

/// What runs beside the monitor for as long as settings are in force, and again with the next ones.
///
/// It must return soon after the task is cancelled: a reload waits for it. Returning earlier ends nothing.
package protocol DoctorCompanion: Sendable {
    func run(_ settings: DoctorSettings, _ view: DoctorView) async
}

/// What a companion sees of the doctor, and may say to it.
package struct DoctorView: Sendable {
    package var snapshot: @Sendable () -> Snapshot
    /// The time on the doctor's clock.
    package var now: @Sendable () -> Duration
    /// Says why the group is about to take the instance away; nil when it is not.
    package var setDraining: @Sendable (String?) async -> Void

    package init(
        snapshot: @escaping @Sendable () -> Snapshot, now: @escaping @Sendable () -> Duration,
        setDraining: @escaping @Sendable (String?) async -> Void
    ) {
        self.snapshot = snapshot
        self.now = now
        self.setDraining = setDraining
    }

    init(_ monitor: HealthMonitor) {
        self.init(
            snapshot: { monitor.box.snapshot }, now: { monitor.now },
            setDraining: { await monitor.set(draining: $0, by: .group) })
    }
}
