import Dispatch
import Glibc
import SimulatedEC2

/// Plays AWS on loopback for scripts and for tools by hand:
///
///     SimulatedEC2Server [--speed 100] [--bucket NAME]… [--guest NAME]… [--FLAG VALUE]…
///
/// Prints its address, and from then on with --announce a line for each mutating call. It ends when its standard input
/// does, and then prints what is left over, a line each.
@main
enum SimulatedEC2Server {
    static func main() async throws {
        let flags: ServerFlags
        do {
            flags = try ServerFlags(Array(CommandLine.arguments.dropFirst()))
        } catch {
            say("SimulatedEC2Server: \(error.message)")
            exit(64)
        }
        let announces = flags.announces
        let simulation = Simulation(flags.settings, clock: .real(speed: flags.speed)) { point in
            if announces { say("\(point.moment) \(point.number) \(point.operation)") }
        }
        try await withSimulatedServer(simulation) { url in
            say(url)
            await endOfInput()
        }
        for line in simulation.leftovers { say("left over: \(line)") }
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
