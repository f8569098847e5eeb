package import AWSClient

/// What work on a stack needs of the outside, handed in by the command.
package struct StackRuntime: Sendable {
    package var timer: WaitTimer
    /// A number in 0..<1, for jitter and tokens.
    package var random: @Sendable () -> Double
    /// Is told what happens.
    package var report: @Sendable (DeployEvent) -> Void
    /// Asks a person; whoever needs none says yes.
    package var confirm: @Sendable (_ question: String) async -> Bool

    package init(
        timer: WaitTimer, random: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (DeployEvent) -> Void,
        confirm: @escaping @Sendable (_ question: String) async -> Bool
    ) {
        self.timer = timer
        self.random = random
        self.report = report
        self.confirm = confirm
    }

    /// Letters and digits that no other run has.
    func unique() -> String {
        let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        return String((0..<12).map { _ in digits[min(Int(random() * 36), 35)] })
    }
}

/// How often CloudFormation is asked, and how long what goes wrong is borne.
package struct StackPace: Hashable, Sendable {
    /// From one question to the next. All in an account share what CloudFormation bears.
    package var poll: Duration = .seconds(5)
    /// How long there may be no answer at all.
    package var patience: Duration = .seconds(300)
    /// How long a call that is under way may take to end after a signal.
    package var grace: Duration = .seconds(3)
    /// How much later events may come than what they tell of.
    package var settle: Duration = .seconds(60)

    package init(poll: Duration? = nil) {
        if let poll { self.poll = poll }
    }
}

/// The services that a deployment talks to.
package struct StackServices: Sendable {
    package var cloudFormation: CloudFormation
    /// By which an instance's console is read when it has failed; nil for nobody who could.
    package var ec2: EC2?
    /// Where large templates are put.
    package var store: Store?

    package struct Store: Sendable {
        /// In the bucket's region.
        package var s3: S3
        package var bucket: String

        package init(s3: S3, bucket: String) {
            self.s3 = s3
            self.bucket = bucket
        }
    }

    package init(cloudFormation: CloudFormation, ec2: EC2? = nil, store: Store? = nil) {
        self.cloudFormation = cloudFormation
        self.ec2 = ec2
        self.store = store
    }
}
