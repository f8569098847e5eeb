import AWSClient
import ClusterSpec
import Diagnostics
import FoundationEssentials
import ImageBuild
import LocalFiles
import QEMUHost

/// One run of `build-ami reap`.
struct ReapRun {
    let run: BuildRun
    let config: String?
    /// Nil for all.
    let provider: Image.Provider?
    let region: String?
    let isDryRun: Bool
    /// Whether nobody is asked.
    let isSure: Bool

    private var report: BuildReport { run.report }

    /// A build of this machine that has something to remove.
    private struct DeadBuild {
        var journal: Journal
        var host: any BuildHost
    }

    /// What was found.
    private struct Found {
        var builds: [DeadBuild] = []
        /// Of this machine, without a journal.
        var strays: [LocalStrays.Stray] = []
        var leftovers: [EC2Leftovers.Leftover] = []
        var troubles: [Diagnostic] = []
        /// Whether there are builds on this machine, removable or not.
        var hasSeenLocal = false

        var isEmpty: Bool { builds.isEmpty && strays.isEmpty && leftovers.isEmpty }
    }

    func run() async throws(CommandFailure) -> Int32 {
        // Only its region and bucket are of interest, so a spec that no image can be made of will do.
        let spec = try config.map { path throws(CommandFailure) in try BuildInputs.spec(path) }
        var found = Found()
        if provider != .ec2 { await findHere(&found) }
        guard asksAWS(spec, found) else {
            if let end = settled(found, "on this machine") { return end }
            return finish(await remove(found, nil, WaitTimer(ContinuousClock())))
        }
        let outside = try run.makeOutside(region: region, spec: spec?.image.region)
        let status: Int32
        do throws(CommandFailure) {
            status = try await run(&found, outside, bucket: bucket(spec))
        } catch {
            await outside.shutDown()
            throw error
        }
        await outside.shutDown()
        return status
    }

    /// Who builds on this machine alone may know nothing of AWS.
    private func asksAWS(_ spec: ClusterSpec?, _ found: Found) -> Bool {
        if let provider = provider ?? spec?.image.provider.value { return provider == .ec2 }
        let isOfEC2 = run.journals.builds.contains { id in
            guard let state = try? Journal.read(run.journals.path(of: id)) else { return false }
            return state.plan.ec2 != nil && !state.isOver
        }
        return region != nil || isOfEC2 || !found.hasSeenLocal
    }

    private func run(
        _ found: inout Found, _ outside: AWSOutside, bucket: String?
    ) async throws(CommandFailure) -> Int32 {
        let client = try await run.client(outside)
        let services = BuildRun.services(client, client)
        let account = try await run.identity(services).account
        try await findByJournal(account, outside, &found)
        try await findByTag(EC2Leftovers(services.ec2), &found)
        if let end = settled(found, "in \(client.region)") { return end }
        if !isSure {
            // Much may have happened while nobody answered.
            let asked = found.leftovers
            try await findByTag(EC2Leftovers(services.ec2), &found)
            found.leftovers = found.leftovers.filter(asked.contains)
        }
        var left = await remove(found, EC2Leftovers(services.ec2), outside.timer)
        if let bucket { left += await removeObjects(of: found.leftovers, in: bucket, client, outside) }
        return finish(left)
    }

    private func finish(_ left: [Diagnostic]) -> Int32 {
        for diagnostic in left { report.warn(diagnostic) }
        return finish(.reaped, left.isEmpty ? 0 : ExitStatus.foundWrong.rawValue)
    }

    private func finish(_ status: BuildStatus, _ exit: Int32) -> Int32 {
        report.finish(status, imageID: nil, digest: nil, exit: exit)
    }

    /// Shows what there is, and asks; the exit code when nothing is to be removed.
    private func settled(_ found: Found, _ place: String) -> Int32? {
        for trouble in found.troubles { report.warn(trouble) }
        guard !found.isEmpty else {
            note("there is nothing to remove \(place)")
            return finish(.reaped, 0)
        }
        list(found)
        guard !isDryRun else { return finish(.planned, 0) }
        guard isSure || isAgreed() else {
            note("nothing was removed")
            return finish(.planned, 0)
        }
        return nil
    }

    private func bucket(_ spec: ClusterSpec?) -> String? {
        guard case .bucket(let bucket) = spec?.image.artifact else { return nil }
        return bucket.value
    }

    // MARK: - Finding

    /// Builds on virtual machines of this one.
    private func findHere(_ found: inout Found) async {
        var spared: Set<BuildID> = []
        for id in run.journals.builds {
            let known: BuildState
            do throws(FileError) {
                known = try Journal.read(run.journals.path(of: id))
            } catch {
                // Whoever is at it has begun just now.
                if error.code == .locked { spared.insert(id) }
                if provider == .local { found.troubles.append(Diagnostic(.warning, error.description)) }
                continue
            }
            guard let own = known.plan.local else { continue }
            found.hasSeenLocal = true
            if !known.isOver { spared.insert(id) }
            guard !known.isOver else {
                forget(known)
                continue
            }
            guard let journal = await open(id, &found) else { continue }
            found.builds.append(DeadBuild(journal: journal, host: run.host(journal.state.plan, own)))
        }
        guard let folder = try? BuildRun.thisMachine().dataFolder else { return }
        for stray in LocalStrays.find(in: folder, sparing: spared) {
            found.hasSeenLocal = true
            if stray.isOld(at: Date()) {
                found.strays.append(stray)
            } else {
                found.troubles.append(
                    Diagnostic(
                        .warning, "\(stray.path) is in no journal that is here, and is spared while it may be in use",
                        notes: ["--state-dir names the folder of its journal, if it has one"]))
            }
        }
    }

    private func findByJournal(
        _ account: String, _ outside: AWSOutside, _ found: inout Found
    ) async throws(CommandFailure) {
        for id in run.journals.builds {
            do throws(FileError) {
                let known = try Journal.read(run.journals.path(of: id))
                guard known.plan.local == nil else { continue }
                if known.isOver {
                    forget(known)
                    continue
                }
                if known.hasReached(.marked), known.leftovers.isEmpty {
                    found.troubles.append(
                        Diagnostic(
                            .note,
                            "the build \(id) has left nothing but its image, \(known.imageID ?? ""), which is good",
                            notes: ["`pgpool-aurora build-ami --resume \(id)` writes it down"]))
                    continue
                }
                guard known.plan.ec2?.account == account else {
                    found.troubles.append(
                        Diagnostic(
                            .warning, "the build \(id) is of the account \(known.plan.ec2?.account ?? "?"); it is left")
                    )
                    continue
                }
            } catch {
                if await !forget(blank: id) { found.troubles.append(Diagnostic(.warning, error.description)) }
                continue
            }
            guard let journal = await open(id, &found) else { continue }
            let plan = journal.state.plan
            do throws(CommandFailure) {
                let services = try await run.services(outside, plan)
                found.builds.append(DeadBuild(journal: journal, host: try run.host(plan, services, outside)))
            } catch {
                // The others are none the worse for it.
                found.troubles += error.diagnostics.map { diagnostic in
                    var warning = diagnostic
                    warning.severity = .warning
                    return warning
                }
            }
        }
    }

    /// Nil for a build that somebody is at.
    private func open(_ id: BuildID, _ found: inout Found) async -> Journal? {
        do throws(FileError) {
            return try await Journal.open(id, in: run.journals, now: { Date() })
        } catch {
            let text = error.code == .locked ? "the build \(id) is spared: \(error)" : error.description
            found.troubles.append(Diagnostic(.warning, text))
            return nil
        }
    }

    /// A journal that is a month old and of no use to anybody goes.
    private func forget(_ state: BuildState) {
        guard !isDryRun, Date().timeIntervalSince(state.lastTime) > 30 * 86_400 else { return }
        for path in run.journals.files(of: state.plan.buildID) { try? FileSystem.remove(path) }
    }

    /// A build that was killed before its first line was written has made nothing. False if it is another one.
    private func forget(blank id: BuildID) async -> Bool {
        let path = run.journals.path(of: id)
        guard !isDryRun, let bytes = (try? FileSystem.read(path)) ?? nil, !bytes.contains(0x0A),
            let lock = try? await FileLock.acquire(
                path, purpose: "another run is at this build", timeout: .zero, clock: ContinuousClock())
        else { return false }
        for path in run.journals.files(of: id) { try? FileSystem.remove(path) }
        withExtendedLifetime(lock) {}
        return true
    }

    private func findByTag(_ tagged: EC2Leftovers, _ found: inout Found) async throws(CommandFailure) {
        let all: [EC2Leftovers.Leftover]
        do throws(HostError) {
            all = try await tagged.find()
        } catch {
            throw CommandFailure(error.code == .refused ? .notAllowed : .unavailable, [error.diagnostic()])
        }
        // Those with a journal are looked after by it, or are spared; one that nobody can read does not look after any.
        let own = Set(run.journals.builds.filter(hasUse).map(\.text))
        let others = all.filter { !own.contains($0.buildID) }
        let now = Date()
        found.leftovers = others.filter { $0.isExpired(at: now) }
        for (build, things) in Dictionary(grouping: others.filter { !$0.isExpired(at: now) }, by: \.buildID) {
            let until =
                things.compactMap(\.expires).max().map { "until \(BuildTags.text($0))" } ?? "as it has no expiry"
            found.troubles.append(
                Diagnostic(.warning, "the build \(build) of another machine is spared \(until): \(words(things))"))
        }
    }

    /// Whether the journal says of something that it is there.
    private func hasUse(_ id: BuildID) -> Bool {
        (try? Journal.read(run.journals.path(of: id))).map { !$0.isOver } ?? false
    }

    private func words(_ things: [EC2Leftovers.Leftover]) -> String {
        things.map(\.id).sorted().joined(separator: ", ")
    }

    // MARK: - Removing

    private func list(_ found: Found) {
        for build in found.builds {
            let state = build.journal.state
            note("build \(state.plan.buildID), \(state.plan.ec2?.region ?? "on this machine"):")
            for resource in state.leftovers {
                note("  \(resource.kind.rawValue) \(state.id(of: resource) ?? "\(resource.key), if it is there")")
            }
            if state.leftovers.isEmpty { note("  nothing; its journal is closed") }
            if state.hasReached(.marked), !state.hasReached(.manifestWritten), let image = state.imageID {
                note("  the image \(image) was published and stays; --resume writes it down")
            }
        }
        for stray in found.strays { note("without a journal: \(stray.path)") }
        for (build, things) in Dictionary(grouping: found.leftovers, by: \.buildID).sorted(by: { $0.key < $1.key }) {
            note("build \(build), expired:")
            for thing in things { note("  \(thing.kind) \(thing.id)") }
        }
    }

    /// A line that programs get too.
    private func note(_ text: String) { report.take(.note(text)) }

    private func isAgreed() -> Bool {
        report.say("remove all of this? [y/N] ", always: true)
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// Objects have no tags; what expired builds have put into the spec's bucket is known by its name.
    private func removeObjects(
        of leftovers: [EC2Leftovers.Leftover], in bucket: String, _ client: AWSClient, _ outside: AWSOutside
    ) async -> [Diagnostic] {
        let builds = Set(leftovers.map(\.buildID)).sorted()
        guard !builds.isEmpty else { return [] }
        do throws(AWSError) {
            let region = try await S3(client).region(ofBucket: bucket)
            let own = (try? await outside.client(region: region)) ?? client
            for key in builds.flatMap(EC2Host.objectKeys) {
                try await S3(own).deleteObject(S3.Location(bucket: bucket, key: key))
            }
            return []
        } catch {
            return [HostError(error).diagnostic(.warning)]
        }
    }

    private func remove(_ found: Found, _ tagged: EC2Leftovers?, _ timer: WaitTimer) async -> [Diagnostic] {
        let report = report
        let runtime = BuildRuntime(
            timer: timer, now: { Date() }, random: { Double.random(in: 0..<1) }, report: { report.take($0) })
        var left: [Diagnostic] = []
        for build in found.builds {
            let state = build.journal.state
            let pace = run.pace(on: state.plan)
            left += await Remover(host: build.host, journal: build.journal, runtime: runtime, pace: pace).removeAll()
            guard build.journal.state.leftovers.isEmpty else { continue }
            run.removeCopy(state.plan)
            let end = build.journal.state
            let status: BuildStatus =
                !end.hasReached(.marked) ? .failed : end.hasReached(.manifestWritten) ? .published : .resumable
            try? build.journal.write(.ended(status: status, image: end.imageID))
        }
        for stray in found.strays {
            do throws(HostError) {
                try await stray.remove(timer)
                note("deleted \(stray.path)")
            } catch {
                left.append(error.diagnostic(.warning))
            }
        }
        if let tagged {
            let removal = TaggedRemoval(tagged: tagged, runtime: runtime, pace: run.pace)
            left += await removal.remove(found.leftovers)
        }
        return left
    }
}
