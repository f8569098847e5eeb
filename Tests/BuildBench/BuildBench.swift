import FoundationEssentials
import ImageBuild
import SimulatedBuild
import SimulatedEC2

/// Builds images in a simulated EC2, whose time passes by itself, and prints in a row each how late a state was noticed on
/// average, and how many calls a build makes besides those that ask for states: `BuildBench [BUILDS]`.
///
/// Each build has other chances: when it asks, and when EC2 gets there.
@main
enum BuildBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count <= 2, let count = Int(arguments.count == 2 ? arguments[1] : "100"), count > 0 else {
            print("usage: BuildBench [BUILDS]")
            return
        }
        var lateness: [String: [Double]] = [:]
        var calls: [Double] = []
        var seconds: [Double] = []
        for seed in 1...UInt64(count) {
            let scene = try BuildScene(options: .with { $0.seed = seed }) { settings in
                // Times that are no multiples of the pace.
                let shift = Duration.milliseconds(Int(seed) * 377 % 5000)
                settings.durations.running += shift
                settings.durations.stopped += shift
                settings.durations.image += shift
                settings.guests = [.with { $0.verdictTime += .milliseconds(Int(seed) * 4177 % 30_000) }]
            }
            let outcome = try await scene.build()
            guard outcome.status == .published else {
                print("the build with the chances of \(seed) ended as \(outcome.status)")
                return
            }
            for (state, late) in scene.lateness { lateness[state, default: []].append(late) }
            calls.append(Double(scene.callsBesidesPolls.count))
            seconds.append(scene.simulation.elapsed / .seconds(1))
        }
        for (state, values) in lateness.sorted(by: { $0.key < $1.key }) {
            row("\(state) is noticed after", average(values), "s on average, \(rounded(values.max() ?? 0)) at most")
        }
        row("calls besides polls", average(calls), "")
        row("a whole build, in simulated time", average(seconds), "s")
    }

    private static func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func row(_ name: String, _ value: Double, _ unit: String) {
        let padding = String(repeating: " ", count: max(0, 40 - name.count))
        print("\(name)\(padding) \(rounded(value)) \(unit)")
    }
}
