package import FoundationEssentials
package import LocalFiles
import Synchronization

/// The file in which a build writes down what it is about to do, before it does it.
///
/// Each line is on the disk when `write` returns. While it is open nobody else goes on with the build.
package final class Journal: Sendable {
    /// The builds of this machine's user: `…/pgpool-aurora/builds`.
    package struct Folder: Sendable {
        package var path: String

        package init(_ path: String) {
            self.path = path
        }

        package func path(of id: BuildID) -> String { "\(path)/\(id).jsonl" }
        /// Where a build keeps what its plan refers to.
        package func path(of id: BuildID, _ name: String) -> String { "\(path)/\(id).\(name)" }

        /// The paths of all that is kept of a build.
        package func files(of id: BuildID) -> [String] {
            FileSystem.names(in: path).filter { $0.hasPrefix("\(id).") }.map { "\(path)/\($0)" }
        }

        /// The builds that have a journal.
        package var builds: [BuildID] {
            FileSystem.names(in: path).compactMap { name in
                name.hasSuffix(".jsonl") ? BuildID(String(name.dropLast(".jsonl".count))) : nil
            }
        }
    }

    private struct Line: Codable {
        var time: Date
        var event: JournalEvent
    }

    package let path: String
    private let lock: FileLock
    private let log: LineLog
    private let now: @Sendable () -> Date
    private let kept: Mutex<BuildState>

    private init(
        path: String, lock: FileLock, log: LineLog, state: BuildState, now: @escaping @Sendable () -> Date
    ) {
        self.path = path
        self.lock = lock
        self.log = log
        self.now = now
        kept = Mutex(state)
    }

    /// Begins the journal of a new build.
    package static func begin(
        _ plan: BuildPlan, in folder: Folder, now: @escaping @Sendable () -> Date
    ) async throws(FileError) -> Journal {
        try FileSystem.makeFolder(folder.path, mode: 0o700)
        let path = folder.path(of: plan.buildID)
        let lock = try await acquire(path)
        let log = try LineLog(path)
        let journal = Journal(path: path, lock: lock, log: log, state: BuildState(plan: plan), now: now)
        try journal.write(.plan(plan))
        // A name that is not on the disk is a build that nobody finds.
        try FileSystem.syncFolder(folder.path)
        return journal
    }

    /// Opens the journal of a build to go on with it, or to remove what it left. That another run has it open is an error
    /// of the code `locked`.
    package static func open(
        _ id: BuildID, in folder: Folder, now: @escaping @Sendable () -> Date
    ) async throws(FileError) -> Journal {
        let path = folder.path(of: id)
        guard FileSystem.exists(path) else {
            throw FileError(.missing, "there is no journal of a build \(id): \(path) is not there")
        }
        let lock = try await acquire(path)
        let state = try read(path)
        return Journal(path: path, lock: lock, log: try LineLog(path), state: state, now: now)
    }

    /// Waits a moment: one that has just ended may not have let go of it yet.
    private static func acquire(_ path: String) async throws(FileError) -> FileLock {
        try await FileLock.acquire(
            path, purpose: "another run is at this build", timeout: .seconds(1), clock: ContinuousClock())
    }

    /// What a journal says. A line that was cut off by an interruption counts as not written: what it would have said was
    /// not begun, or is found out anew.
    package static func read(_ path: String) throws(FileError) -> BuildState {
        guard let bytes = try FileSystem.read(path, limit: 64 << 20) else {
            throw FileError(.missing, "there is no \(path)")
        }
        let lines = bytes.split(separator: 0x0A).compactMap { try? decoder.decode(Line.self, from: Data($0)) }
        guard let first = lines.first, case .plan(let plan) = first.event else {
            throw FileError(.damaged, "\(path) does not begin with a plan")
        }
        guard plan.format == BuildPlan.currentFormat else {
            throw FileError(
                .damaged,
                "\(path) is of format \(plan.format); this tool, \(plan.toolVersion), knows \(BuildPlan.currentFormat)")
        }
        var state = BuildState(plan: plan)
        for line in lines { state.apply(line.event, at: line.time) }
        return state
    }

    /// What is known by now.
    package var state: BuildState { kept.withLock { $0 } }

    /// Writes a line, and returns when it is on the disk.
    package func write(_ event: JournalEvent) throws(FileError) {
        let time = now()
        try log.append(Journal.text(Line(time: time, event: event)))
        kept.withLock { $0.apply(event, at: time) }
    }

    /// Keeps what a guest has said beside the journal, for whoever must find out why it failed; returns the path.
    func keep(console lines: [String], of role: GuestRole) -> String? {
        let path = String(path.dropLast(".jsonl".count)) + ".\(role.rawValue).console.log"
        let text = lines.map { $0 + "\n" }.joined()
        return (try? FileSystem.replace(path, text, isSynced: false)).map { path }
    }

    private static func text(_ line: Line) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        // Structs of texts, numbers and lists, which cannot fail to encode.
        guard let data = try? encoder.encode(line) else { preconditionFailure("cannot encode a line of the journal") }
        return String(decoding: data, as: UTF8.self)
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
