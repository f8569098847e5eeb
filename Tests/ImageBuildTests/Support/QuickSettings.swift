import SimulatedBuild
import SimulatedEC2

extension SimulationSettings {
    /// Everything takes a few seconds, for tests of many builds.
    mutating func beQuick() {
        durations.running = .seconds(4)
        durations.stopped = .seconds(4)
        durations.terminated = .seconds(4)
        durations.image = .seconds(4)
        guests = [
            .with {
                $0.noise = .zero
                $0.firstStep = .milliseconds(500)
                $0.pace = .milliseconds(500)
                $0.verdictTime = .seconds(2)
            }
        ]
    }
}
