import ClusterSpec
import Diagnostics
import Doctor
import FoundationEssentials
import Glibc
import ImageBuild
import PgpoolConfig
import Postgres
import QEMUHost

extension BuildRun {
    /// What the command line asks the image to be tried on; nil for nothing.
    func trial(_ request: BuildRequest, _ spec: ClusterSpec) throws(CommandFailure) -> ClusterTrial? {
        guard let cluster = request.trial else { return nil }
        guard spec.image.test.value else {
            throw CommandFailure(
                .badInput,
                [
                    Diagnostic(
                        .error, at: spec.image.test.location, key: "image.test",
                        "an image that is not booted cannot be tried on a cluster",
                        notes: ["remove the key, or leave --test-against out"])
                ])
        }
        guard spec.auth.mode.value == .scram else {
            throw CommandFailure(
                .badInput,
                [
                    Diagnostic(
                        .error, at: spec.auth.mode.location, key: "auth.mode",
                        "passthrough needs pgpool.tls, whose files are not in the image, so it cannot be tried",
                        notes: ["leave --test-against out, or give a spec with `mode: scram`"])
                ])
        }
        func address(_ endpoint: Endpoint) throws(CommandFailure) -> String {
            let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host.lowercased()
            // As the guest sees it, this machine is one address, which leads to 127.0.0.1.
            guard host == "127.0.0.1" || !host.hasPrefix("127.") && host != "[::1]" else {
                throw CommandFailure(
                    .badInput, "--test-against: the guest cannot reach \(host)",
                    notes: ["of this machine's own addresses 127.0.0.1 will do, and localhost"])
            }
            return "\(host):\(endpoint.port ?? spec.aurora.port.value)"
        }
        let (writer, reader) = (try address(cluster.writer), try address(cluster.reader))
        guard writer != reader else {
            throw CommandFailure(
                .badInput, "--test-against: the writer and the reader are the same endpoint, \(writer)",
                notes: ["give two: a primary and its standby"])
        }
        return ClusterTrial(
            writer: writer, reader: reader,
            config: BuildInputs.absolute(request.config), pgpoolPort: spec.pgpool.port.value,
            healthPort: spec.health.port.value)
    }

    /// Looks from here whether the cluster is one that an image can be tried on, before anything is built.
    static func check(_ trial: ClusterTrial, _ logins: TrialLogins.Logins) async throws(CommandFailure) {
        for (role, address) in [("writer", trial.writer), ("reader", trial.reader)] {
            guard let endpoint = try? Endpoint.parse(address) else { continue }
            for user in logins.users {
                let server: RoutingProbe.Server
                do throws(PostgresError) {
                    let session = try await PostgresConnection.connect(
                        connection(user, logins.spec, host: endpoint.host, port: endpoint.port ?? 5432))
                    server = try await RoutingProbe.server(session)
                    await session.close()
                } catch {
                    throw CommandFailure(
                        error.sqlState == nil ? .unavailable : .badInput,
                        "the \(role) of --test-against, \(address), does not let \(user.name) in: \(error)",
                        notes: ["nothing was built"])
                }
                guard server.isReadOnly == (role == "reader") else {
                    throw CommandFailure(
                        .badInput,
                        "the \(role) of --test-against, \(address), \(server.isReadOnly ? "is read-only" : "takes writes")",
                        notes: ["the writer is the first of the two, a standby of it the second; nothing was built"])
                }
            }
        }
    }

    private static func connection(
        _ user: (name: String, password: Password), _ spec: ClusterSpec, host: String, port: Int
    ) -> ConnectionParameters {
        ConnectionParameters(
            host: host, port: port, database: spec.aurora.database.value, user: user.name,
            password: user.password.clearText, applicationName: "pgpool-aurora build-ami",
            connectTimeout: .seconds(20))
    }

    /// How that is done.
    func imageTrial(_ trial: ClusterTrial, _ logins: TrialLogins) -> ImageTrial {
        let report = report
        return ImageTrial(
            ports: [trial.pgpoolPort, trial.healthPort],
            files: { () throws(HostError) in try await logins.files(trial) },
            examine: { ports throws(HostError) in
                guard let pgpool = ports[trial.pgpoolPort], let health = ports[trial.healthPort] else {
                    throw HostError(.rejected, "the ports of the guest are not forwarded")
                }
                do throws(CommandFailure) {
                    report.take(.note("logging in at 127.0.0.1:\(pgpool), which is the guest's pgpool"))
                    let found = try await BuildRun.routing(try await logins.logins(), port: pgpool)
                    report.take(.note(BuildRun.text(of: found)))
                    try await BuildRun.askHealth(port: health)
                    report.take(.note("GET / of the guest's doctor: 200"))
                } catch {
                    throw Task.isCancelled ? HostError(.cancelled, "it was interrupted") : HostError(error)
                }
            })
    }

    /// How long what has just begun to run may take to answer: an emulated machine is slow.
    private static let patience = Duration.seconds(120)

    /// Where reads and writes come to; throws if that is not where they should.
    private static func routing(
        _ logins: TrialLogins.Logins, port: Int
    ) async throws(CommandFailure) -> RoutingProbe.Routing {
        let spec = logins.spec
        for user in logins.users {
            try await again("the login of \(user.name) through the guest's pgpool") { () throws(PostgresError) in
                let session = try await PostgresConnection.connect(
                    connection(user, spec, host: "127.0.0.1", port: port))
                _ = try await session.query("SELECT 1")
                await session.close()
            }
        }
        let found: RoutingProbe.Routing
        do throws(PostgresError) {
            found = try await RoutingProbe(
                connection(logins.user, spec, host: "127.0.0.1", port: port), sessions: sessions(spec.pgpool.weights)
            ).run()
        } catch {
            throw CommandFailure(.foundWrong, "reading and writing through the guest's pgpool: \(error)")
        }
        guard !found.write.isReadOnly else {
            throw CommandFailure(
                .foundWrong, "a write through the guest's pgpool came to \(found.write.address), which is read-only",
                notes: ["the first endpoint of --test-against is the writer"])
        }
        if expectsReads(spec.pgpool.weights, found.sessions), found.readOnlyCount == 0 {
            throw CommandFailure(
                .foundWrong, "of \(found.readCount) reads through the guest's pgpool none came to the reader",
                notes: [
                    "the second endpoint of --test-against is the reader, a standby of the first", text(of: found),
                ])
        }
        return found
    }

    /// So many sessions that one of them comes to the reader, if it has any weight to speak of.
    private static func sessions(_ weights: Pgpool.Weights) -> Int {
        (20...400).first { chanceOfNone(weights, $0) < 1e-9 } ?? 400
    }

    /// Whether it would be no chance if none came to the reader.
    private static func expectsReads(_ weights: Pgpool.Weights, _ sessions: Int) -> Bool {
        chanceOfNone(weights, sessions) < 1e-6
    }

    private static func chanceOfNone(_ weights: Pgpool.Weights, _ sessions: Int) -> Double {
        let (writer, reader) = (Double(weights.writer.value), Double(weights.reader.value))
        return pow(writer / max(1, writer + reader), Double(sessions))
    }

    private static func text(of found: RoutingProbe.Routing) -> String {
        let reads = found.reads.sorted { ($0.key.address, $0.value) < ($1.key.address, $1.value) }
            .map { "\($0.value) on \($0.key.address)\($0.key.isReadOnly ? " (read-only)" : "")" }
        return "\(found.readCount) reads: \(reads.joined(separator: ", ")); a write: on \(found.write.address)"
    }

    /// What the load balancer will ask.
    private static func askHealth(port: Int) async throws(CommandFailure) {
        let asker = HealthAsker(host: "127.0.0.1", port: port)
        let result: Result<Void, CommandFailure>
        do throws(CommandFailure) {
            try await again("GET / of the guest's doctor") { () throws(VerifyFacts.NoAnswer) in
                let answer = try await asker.ask("/").get()
                guard answer.status == 200 else { throw VerifyFacts.NoAnswer("\(answer.status), \(answer.text)") }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await asker.shutDown()
        try result.get()
    }

    /// Tries until it works, or for so long.
    private static func again<Failure: Error>(
        _ what: String, _ body: () async throws(Failure) -> Void
    ) async throws(CommandFailure) {
        let end = ContinuousClock.now + patience
        while true {
            do throws(Failure) {
                return try await body()
            } catch {
                let isFinal = (error as? PostgresError).map { $0.message.contains("authentication failed") } ?? false
                guard ContinuousClock.now < end, !Task.isCancelled, !isFinal else {
                    throw CommandFailure(.foundWrong, "\(what) fails: \(error)")
                }
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }
}
