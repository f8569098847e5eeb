/// How often things are done on EC2.
package struct Paces: Hashable, Sendable {
    /// From one publication of metrics to the next.
    package var publishing: Duration = .seconds(60)
    /// How old the counts of the databases' connections may be then.
    package var countsAreGoodFor: Duration = .seconds(90)
    /// How often the doctor's verdict is looked at.
    package var looking: Duration = .seconds(1)
    /// How often the group is asked what it wants of the instance.
    package var asking: Duration = .seconds(5)
    /// How long what is not there, such as a group, is not looked for again.
    package var resting: Duration = .seconds(300)
    /// How long a call that failed is not made again.
    package var markRetry: Duration = .seconds(60)
    /// How long pgpool must have lived before another death counts.
    package var goodFor: Duration = .seconds(60)
    /// How long after the draining began its end may be told: a load balancer may send new connections to a target that was
    /// deregistered for about two minutes.
    package var drainsFor: Duration = .seconds(120)
    /// How long there must have been no session.
    package var idleFor: Duration = .seconds(30)
    /// How soon the end of a wait is tried again.
    package var endRetry: Duration = .seconds(10)
    /// How long that call may take: what was seen of the sessions is old then.
    package var endTimeout: Duration = .seconds(5)

    package init() {}
}
