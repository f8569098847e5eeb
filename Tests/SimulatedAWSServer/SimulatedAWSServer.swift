import Dispatch
import Glibc
import SimulatedCloudFormation
import SimulatedEC2
import TestBasics

/// Plays AWS on loopback for scripts and for tools by hand:
///
///     SimulatedAWSServer [--speed 100] [--bucket NAME]… [--guest NAME]… [--stack-output KEY=VALUE]… [--FLAG VALUE]…
///
/// Prints its address, and from then on with --announce a line for each mutating call. It ends when its standard input
/// does, and then prints what is left over, a line each.
@main
enum SimulatedAWSServer {
    static func main() async throws {
        let flags: ServerFlags
        do {
            flags = try ServerFlags(Array(CommandLine.arguments.dropFirst()))
        } catch {
            say("SimulatedAWSServer: \(error.message)")
            exit(64)
        }
        let announces = flags.announces
        let clock = SimulationClock.real(speed: flags.speed)
        let simulation = Simulation(flags.settings, clock: clock) { point in
            if announces { say("\(point.moment) \(point.number) \(point.operation)") }
        }
        // Templates come by the objects of the other one.
        let cloud = SimulatedCloud(clock: clock, flags.cloudSettings) { address in
            let object = simulation.objects.first { address.hasSuffix("/\($0.bucket)/\($0.key)") }
            return object.map { String(decoding: $0.bytes, as: UTF8.self) }
        } onMutation: { point in
            if announces { say("\(point.isAfter ? "after" : "before") \(point.number) \(point.operation)") }
        }
        try await withSimulatedServer(simulation) { request in
            SimulatedCloud.isMeant(by: request) ? await cloud.answer(request) : nil
        } while: { url in
            say(url)
            await endOfInput()
        }
        for line in simulation.leftovers + cloud.leftovers { say("left over: \(line)") }
    }

    /// Prints a line at once, whoever reads it. C's streams do not do: to flush them waits for who reads from one.
    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }

    /// Reading blocks, which no thread of Swift's own pool may do.
    private static func endOfInput() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                while readLine() != nil {}
                continuation.resume()
            }
        }
    }
}
