extension Health {
    /// `health.ec2:`, what the doctor does besides on an instance of the stack.
    package struct EC2: Hashable, Sendable {
        /// Whether it publishes metrics.
        package var metrics: Bool
        /// Whether it has the group replace an instance that is dead.
        package var replaces: Bool
        /// How long `/live` must have failed before that.
        package var replaceAfter: Duration
        /// Whether it ends the wait of an instance that goes when no session is left.
        package var drains: Bool

        package init(
            metrics: Bool = true, replaces: Bool = true, replaceAfter: Duration = .seconds(300), drains: Bool = true
        ) {
            self.metrics = metrics
            self.replaces = replaces
            self.replaceAfter = replaceAfter
            self.drains = drains
        }

        /// Whether there is anything to do.
        package var isOn: Bool { metrics || replaces || drains }

        static let keys = ["metrics", "replace", "replace_after", "drain"]

        /// Nil where there is no such section, as on hosts that are not of the stack.
        init?(_ health: Section) {
            let section = health.section("ec2", keys: EC2.keys)
            guard section.location != nil else { return nil }
            self.init(
                metrics: section.value("metrics", default: true, Parse.bool).value,
                replaces: section.value("replace", default: true, Parse.bool).value,
                replaceAfter: section.value(
                    "replace_after", default: .seconds(300), Parse.duration(in: .seconds(60) ... .seconds(3600))
                ).value,
                drains: section.value("drain", default: true, Parse.bool).value)
        }
    }
}
