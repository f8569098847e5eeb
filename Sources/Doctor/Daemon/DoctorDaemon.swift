import Diagnostics
import Glibc
import HealthDecision
package import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The doctor as a service: answers load balancers, probes pgpool, and follows changes of its files.
package struct DoctorDaemon: Service {
    private let reader: SettingsReader
    private let manager: ServiceManager
    private let monitor: HealthMonitor
    private let logger: Logger
    private let settings: DoctorSettings
    private let server: HTTPServer
    private let routes: RoutesBox
    private let companion: (any DoctorCompanion)?

    /// How long a stop waits for responses that are under way.
    private static let grace = Duration.seconds(5)
    /// How soon to try a port again that was taken at a reload.
    private static let retry = Duration.seconds(10)

    /// Reads the settings and takes the port, so that what is wrong with either is said at once.
    package init(
        reader: SettingsReader, manager: ServiceManager, logger: Logger, startedAt: Double, version: String,
        drainingFile: String, companion: (any DoctorCompanion)? = nil
    ) async throws {
        self.companion = companion
        self.reader = reader
        self.manager = manager
        self.logger = logger
        let (settings, warnings) = try reader.read()
        for warning in warnings { logger.warning("\(warning)") }
        self.settings = settings
        let monitor = HealthMonitor(
            logger: logger, startedAt: startedAt, version: version, drainingFile: drainingFile)
        self.monitor = monitor
        FileLimit.raise()
        // Until SIGHUP is listened for, it is not to end us; nor is a log that nobody reads any more.
        for number in [SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
        routes = RoutesBox(Routes(statusNetworks: settings.statusNetworks))
        server = try await DoctorDaemon.listen(settings, routes, monitor.box, logger)
    }

    /// Runs until SIGTERM or SIGINT asks for a graceful stop.
    package func serve() async throws {
        // What the group itself has to say, nobody wants to read.
        let quiet = Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }
        try await ServiceGroup(
            services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet
        ).run()
    }

    package func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await follow() }
            group.addTask { await sayReady() }
            group.addTask { try? await gracefulShutdown() }
            // Whichever ends first ends all: a stop that was asked for, or a port that cannot be had again.
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Tells systemd when there are answers, and from then on that they are fresh.
    private func sayReady() async {
        while monitor.box.snapshot.verdict.state == .starting {
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
        manager.notify("READY=1")
        StartupMemory.release()
        let pause = manager.watchdogInterval.map { $0 / 3 } ?? .seconds(10)
        while !Task.isCancelled {
            let snapshot = monitor.box.snapshot
            // A monitor that does not move is worth a restart.
            if monitor.now - snapshot.now < .seconds(30) { manager.notify("WATCHDOG=1") }
            manager.notify("STATUS=\(snapshot.verdict.state.label)")
            try? await Task.sleep(for: pause)
        }
        manager.notify("STOPPING=1")
    }

    /// Probes by the settings in force, and by new ones once there are any.
    private func follow() async throws(HTTPServerError) {
        let reload = ReloadWatch(reader: reader, logger: logger, manager: manager)
        let signals = Task { await reload.trapSignals() }
        defer { signals.cancel() }
        var settings = settings
        var server = server
        var listening = settings
        while !Task.isCancelled {
            let current = settings
            let isElsewhere = !current.listensLike(listening)
            let next = await firstResult {
                await reload.next(after: current, within: isElsewhere ? DoctorDaemon.retry : nil)
            } alongside: {
                await withDiscardingTaskGroup { group in
                    group.addTask { await monitor.run(current) }
                    if let companion { group.addTask { await companion.run(current, DoctorView(monitor)) } }
                }
            }
            guard let next else { break }
            routes.set(Routes(statusNetworks: next.statusNetworks))
            if !next.listensLike(listening) { (server, listening) = try await replace(server, of: listening, by: next) }
            settings = next
            manager.notify("READY=1")
        }
        await server.stop(within: DoctorDaemon.grace)
    }

    /// A server for new settings, or again one for the old if that cannot be had, and which of the two it is.
    private func replace(
        _ server: HTTPServer, of old: DoctorSettings, by new: DoctorSettings
    ) async throws(HTTPServerError) -> (HTTPServer, DoctorSettings) {
        // A port that stays the same must be free first.
        let isSamePort = new.port == old.port
        if isSamePort { await server.stop(within: DoctorDaemon.grace) }
        do throws(HTTPServerError) {
            let replacement = try await DoctorDaemon.listen(new, routes, monitor.box, logger)
            await server.stop(within: DoctorDaemon.grace)
            return (replacement, new)
        } catch {
            logger.error("\(error); listening as before, and trying again in \(DoctorDaemon.retry)")
            return (isSamePort ? try await DoctorDaemon.listen(old, routes, monitor.box, logger) : server, old)
        }
    }

    private static func listen(
        _ settings: DoctorSettings, _ routes: RoutesBox, _ box: SnapshotBox, _ logger: Logger
    ) async throws(HTTPServerError) -> HTTPServer {
        var server = HTTPServerSettings(port: settings.port)
        server.addresses = settings.listenAddresses
        let reader = SnapshotReader(box)
        return try await HTTPServer.bind(server, logger: logger) { request in
            routes.current.respond(to: request) { reader.snapshot }
        }
    }
}

extension DoctorSettings {
    fileprivate func listensLike(_ other: DoctorSettings) -> Bool {
        port == other.port && listenAddresses == other.listenAddresses
    }
}

/// The routes in force.
private final class RoutesBox: Sendable {
    private let routes: Mutex<Routes>

    init(_ routes: Routes) {
        self.routes = Mutex(routes)
    }

    var current: Routes { routes.withLock { $0 } }

    func set(_ new: Routes) {
        routes.withLock { $0 = new }
    }
}

/// What `operation` returns; `companion` runs as long, and is cancelled then.
private func firstResult<Value: Sendable>(
    _ operation: @escaping @Sendable () async -> Value?, alongside companion: @escaping @Sendable () async -> Void
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await operation() }
        group.addTask {
            await companion()
            return nil
        }
        let first = await group.next()
        group.cancelAll()
        return first ?? nil
    }
}
