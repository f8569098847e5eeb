import Diagnostics
import Logging
import Synchronization
import UnixSignals

/// Waits for settings to change: on SIGHUP, and when a file does.
final class ReloadWatch: Sendable {
    private let reader: SettingsReader
    private let logger: Logger
    private let manager: ServiceManager
    private let hasSignal = Mutex(false)

    /// How often the files are looked at.
    private static let pause = Duration.milliseconds(250)

    init(reader: SettingsReader, logger: Logger, manager: ServiceManager) {
        self.reader = reader
        self.logger = logger
        self.manager = manager
    }

    /// Notes each SIGHUP until the task is cancelled.
    func trapSignals() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            hasSignal.withLock { $0 = true }
        }
    }

    /// The next settings, or the same ones when a limit is over; nil when the task is cancelled. Files that cannot be read
    /// as a whole change nothing.
    func next(after settings: DoctorSettings, within limit: Duration?) async -> DoctorSettings? {
        var seen = settings.signature
        var candidate = seen
        let end = limit.map { ContinuousClock.now.advanced(by: $0) }
        while true {
            do { try await Task.sleep(for: Self.pause) } catch { return nil }
            if let end, ContinuousClock.now > end { return settings }
            let wasAsked = hasSignal.withLock { flag in
                defer { flag = false }
                return flag
            }
            let signature = DoctorSettings.signature(of: settings.sources)
            // A file that is being written looks another way each time, and half of one is a whole one with defaults.
            let isSettled = signature == candidate
            candidate = signature
            guard wasAsked || isSettled && signature != seen else { continue }
            seen = signature
            manager.notify("RELOADING=1", ServiceManager.monotonicTime)
            do throws(DiagnosticsError) {
                let (next, warnings) = try reader.read()
                for warning in warnings { logger.warning("\(warning)") }
                logger.notice("reloaded, since \(wasAsked ? "SIGHUP asked for it" : "a file changed")")
                return next
            } catch {
                for finding in error.diagnostics { logger.error("\(finding)") }
                logger.error("going on with the settings of before")
                manager.notify("READY=1")
            }
        }
    }
}
