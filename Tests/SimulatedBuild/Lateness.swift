import ImageBuild
import SimulatedEC2

extension BuildScene {
    /// How many seconds passed, for each state of the build that is over, from the moment at which it was reached to the
    /// first call that only somebody makes who knows of it: the calls are those of one build with a test of its image.
    package var lateness: [(state: String, seconds: Double)] {
        guard let builder = simulation.instances.first, let image = simulation.images.first else { return [] }
        func firstCall(_ operation: String, isDryRun: Bool = false) -> Duration? {
            simulation.calls(of: operation).first { $0.isDryRun == isDryRun }?.time
        }
        func late(_ moment: Duration?, _ noticed: Duration?) -> Double? {
            guard let moment, let noticed else { return nil }
            return (noticed - moment) / .seconds(1)
        }
        let spoken = simulation.moment(of: "running", builder.id).map { $0 + simulation.verdictTime }
        let all = [
            // Whether it may be stopped is asked as soon as it runs.
            ("running", late(simulation.moment(of: "running", builder.id), firstCall("StopInstances", isDryRun: true))),
            ("the verdict", late(spoken, firstCall("StopInstances"))),
            ("stopped", late(simulation.moment(of: "stopped", builder.id), firstCall("CreateImage"))),
            ("available", late(simulation.moment(of: "available", image.id), firstCall("ModifyImageAttribute"))),
        ]
        return all.compactMap { state, seconds in seconds.map { (state, $0) } }
    }
}
