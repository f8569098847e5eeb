import FoundationEssentials
import Synchronization

/// The time of day by the services' clock, as far as their answers have told it.
final class ServiceClock: Sendable {
    private let ours: @Sendable () -> Date
    private let ahead = Mutex(0.0)

    init(_ ours: @escaping @Sendable () -> Date) {
        self.ours = ours
    }

    /// How far the services are ahead of us, in seconds.
    var skew: Double { ahead.withLock(\.self) }

    /// The time of day by a clock that is so far ahead of ours.
    func now(ahead skew: Double) -> Date { ours().addingTimeInterval(skew) }

    /// Takes the service's time for ours when what it answers was signed by another one; false when it was not.
    ///
    /// It is compared with the skew that was signed with, as another call may have corrected ours since.
    func correct(by serverDate: Date?, signedWith used: Double) -> Bool {
        guard let serverDate else { return false }
        let skew = serverDate.timeIntervalSince(ours())
        // What is signed is good for five minutes to either side.
        guard abs(skew - used) > 240 else { return false }
        ahead.withLock { $0 = skew }
        return true
    }
}
