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
            print("SimulatedEC2Server: \(error.message)")
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
        for line in simulation.leftovers { print("left over: \(line)") }
    }

    /// Prints a line at once, whoever reads it.
    private static func say(_ line: String) {
        // Not by stdio, which would wait for whoever reads from standard input.
        let bytes = Array("\(line)\n".utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
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
