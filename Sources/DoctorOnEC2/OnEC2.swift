import AWSClient
package import ClusterSpec
package import Diagnostics
package import Doctor
import HealthDecision
package import Logging

/// What the doctor does besides on an instance of the stack: it publishes metrics, has the group replace an instance that
/// stays dead, and ends the wait of one that goes.
///
/// It lives as long as the daemon, so that a reload forgets nothing. Nothing is built and nobody is asked before there is
/// something to do.
package actor OnEC2: DoctorCompanion {
    /// Why AWS cannot be asked. The compiler does not see the use in a closure's type, so it has a name.
    package typealias SettingsError = DiagnosticsError

    let logger: Logger
    let paces: Paces
    private let make: @Sendable () throws(SettingsError) -> EC2Access
    private var made: EC2Access?
    private var makeAgainAt: Duration?
    private var news = News()

    var replacement: ReplaceDecision
    var drain: DrainDecision
    /// Until when metrics have been published.
    var published: Duration?
    /// The newest of pgpool's answers that the drain has seen.
    var lastLoad = Duration.zero
    /// What the group wanted of the instance when that was read last; nil while nobody has read it.
    var target: String?
    /// Whether the metadata has ever told the instance's id, or what its group wants. Who asks then knows where he is.
    private(set) var hasReadMetadata = false
    private var instance: String?
    private var group: String?
    private var groupRestsUntil: Duration?

    package init(
        logger: Logger, paces: Paces = Paces(), make: @escaping @Sendable () throws(SettingsError) -> EC2Access
    ) {
        self.logger = logger
        self.paces = paces
        self.make = make
        replacement = ReplaceDecision(
            after: Health.EC2().replaceAfter, goodFor: paces.goodFor, retry: paces.markRetry)
        drain = DrainDecision(notBefore: paces.drainsFor, idleFor: paces.idleFor, retry: paces.endRetry)
    }

    package func run(_ settings: DoctorSettings, _ view: DoctorView) async {
        await run(settings.ec2, staleAfter: settings.policy.staleAfter, view)
    }

    /// Runs until the task is cancelled, or returns at once when there is nothing to do.
    package func run(_ ec2: Health.EC2?, staleAfter: Duration, _ view: DoctorView) async {
        if ec2?.drains != true {
            // What nobody reads any more is not known.
            target = nil
            if drain.see(target: nil, at: view.now()) != nil { await view.setDraining(nil) }
        }
        guard let ec2, ec2.isOn else { return }
        replacement.after = ec2.replaceAfter
        drain.longestGap = staleAfter
        await withDiscardingTaskGroup { group in
            if ec2.metrics { group.addTask { await self.publish(view) } }
            if ec2.replaces { group.addTask { await self.watchLife(view, staleAfter: staleAfter) } }
            if ec2.drains { group.addTask { await self.watchWish(view, staleAfter: staleAfter) } }
        }
    }

    // MARK: - What is outside

    /// What the outside is asked by; nil while the settings for it are wrong.
    func access(at now: Duration) -> EC2Access? {
        if let made { return made }
        if let makeAgainAt, now < makeAgainAt { return nil }
        do throws(DiagnosticsError) {
            let access = try make()
            made = access
            isWell(.settings)
            return access
        } catch {
            makeAgainAt = now + paces.resting
            let text = OnEC2.text(error)
            complain(.settings, key: text, "AWS cannot be asked: \(text); trying again in \(paces.resting)")
            return nil
        }
    }

    /// The client, and what is wrong with the settings it needs.
    func client(at now: Duration) async -> AWSClient? {
        guard let access = access(at: now) else { return nil }
        do throws(DiagnosticsError) {
            let client = try await access.client()
            isWell(.settings)
            return client
        } catch {
            let text = OnEC2.text(error)
            if !Task.isCancelled { complain(.settings, key: text, "AWS cannot be asked: \(text)") }
            return nil
        }
    }

    /// How soon the metadata is asked again when it told nothing.
    var metadataPause: Duration { hasReadMetadata ? paces.asking : paces.resting }

    /// Takes note of what the group wants of the instance.
    func note(target: String) { (self.target, hasReadMetadata) = (target, true) }

    /// The instance's id; nil while the metadata does not tell it. Who asks says when he will again.
    func instanceID(at now: Duration, retry: Duration) async -> String? {
        if let instance { return instance }
        guard let access = access(at: now) else { return nil }
        do throws(InstanceMetadataError) {
            guard let id = try await access.metadata("/latest/meta-data/instance-id"), !id.isEmpty else {
                complain(
                    .identity, key: "id", "the instance's metadata has no instance-id; looking again each \(retry)")
                return nil
            }
            isWell(.identity)
            (instance, hasReadMetadata) = (id, true)
            return id
        } catch {
            if !Task.isCancelled {
                complain(.identity, key: "\(error.code)", "\(OnEC2.text(error)); looking again each \(retry)")
            }
            return nil
        }
    }

    /// The name of the Auto Scaling group; nil while the metadata does not tell it.
    func groupName(at now: Duration) async -> String? {
        if let group { return group }
        if let groupRestsUntil, now < groupRestsUntil { return nil }
        guard let access = access(at: now) else { return nil }
        // The metrics, which need it most, ask no sooner.
        let pause = max(metadataPause, paces.publishing)
        do throws(InstanceMetadataError) {
            let name = try await access.metadata("/latest/meta-data/tags/instance/aws:autoscaling:groupName")
            if let name, !name.isEmpty {
                isWell(.identity)
                group = name
                return name
            }
            complain(
                .identity, key: "group",
                "the instance's metadata has no tag aws:autoscaling:groupName: it is in no Auto Scaling group, or its "
                    + "launch template does not say InstanceMetadataTags=enabled; no metrics until then, looking "
                    + "again each \(pause)")
        } catch {
            guard !Task.isCancelled else { return nil }
            complain(.identity, key: "\(error.code)", "\(OnEC2.text(error)); looking again each \(pause)")
        }
        groupRestsUntil = now + metadataPause
        return nil
    }

    // MARK: - The log

    /// Says what is wrong, unless that has been said.
    func complain(_ topic: News.Topic, key: String, _ text: String) {
        if news.isNew(key, topic) { logger.warning("\(text)") }
    }

    /// Takes note that something works, and says so if it did not.
    func isWell(_ topic: News.Topic) {
        if news.isWell(topic) { logger.notice("\(topic.rawValue)") }
    }

    /// An error without the number of its request, which is another each time.
    static func text(_ error: AWSError) -> String {
        ([[error.operation, error.code, error.message].filter { !$0.isEmpty }.joined(separator: ": ")] + error.notes)
            .joined(separator: "; ")
    }

    /// What is wrong, without what differs from call to call.
    static func key(_ error: AWSError) -> String {
        switch error.origin {
        case .service: "\(error.operation) \(error.code) \(error.status ?? 0)"
        case .credentials(let reason): "\(error.operation) credentials \(reason.code)"
        case .transport, .configuration, .answer, .deadline, .cancelled: "\(error.operation) \(error.origin)"
        }
    }

    static func text(_ error: DiagnosticsError) -> String {
        error.diagnostics.map { ([$0.message] + $0.notes).joined(separator: "; ") }.joined(separator: "; ")
    }

    static func text(_ error: InstanceMetadataError) -> String {
        ([error.description] + error.notes).joined(separator: "; ")
    }
}
