import FoundationEssentials
import TestBasics

/// All that the simulation knows. A call is a function of it; a copy of it is thrown away after a dry run.
struct State: Sendable {
    var settings: SimulationSettings
    let clock: SimulationClock
    var now = Duration.zero

    var instances = Table<SimulatedInstance>()
    var volumes = Table<SimulatedVolume>()
    var images = Table<SimulatedImage>()
    var snapshots = Table<SimulatedSnapshot>()
    var groups = Table<SimulatedGroup>()
    var vpcs = Table<SimulatedVPC>()
    var subnets = Table<SimulatedSubnet>()
    var routeTables = Table<SimulatedRouteTable>()
    /// Systems Manager's, by region and name.
    var parameters: [String: SimulatedParameter] = [:]
    /// What they were until a new value has been checked.
    var earlierParameters: [String: SimulatedParameter] = [:]
    /// S3's, by bucket and key.
    var objects: [String: SimulatedObject] = [:]
    var agenda = Agenda()
    /// What client tokens stand for.
    var tokens: [String: IdempotentCall] = [:]
    /// What encoded authorization messages say.
    var authorizationMessages: [String: String] = [:]

    /// How many instances have begun to run, and images have been begun, so far.
    var counts = (runs: 0, images: 0)
    var shortagesMet: [Int: Int] = [:]
    private var generator = SeededGenerator(seed: 1)

    /// Of the call that is under way.
    var call = CallContext()

    init(_ settings: SimulationSettings, _ clock: SimulationClock) {
        self.settings = settings
        self.clock = clock
        for region in settings.regions {
            addNetworks(in: region)
            addBaseImages(in: region)
        }
    }

    /// A new id such as `i-0123456789abcdef0`.
    mutating func newID(_ prefix: String) -> String { "\(prefix)-0\(hexadecimal(16))" }

    mutating func hexadecimal(_ digits: Int) -> String {
        let text = String(generator.next(), radix: 16)
        return String((String(repeating: "0", count: 16) + text).suffix(digits))
    }

    /// A time as EC2 writes it: `2026-09-21T14:13:20.000Z`.
    func text(of moment: Duration) -> String { text(of: clock.date(at: moment)) }

    func text(of date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }

    /// The time of day by the services' clock.
    var date: Date { clock.date(at: now).addingTimeInterval(settings.ahead / .seconds(1)) }

    /// The tags of a thing that are known by now.
    func knownTags(_ tags: TagSet) -> [String: String] {
        tags.values(at: now, delay: settings.consistency.filters)
    }
}

/// What the call that is under way says besides its parameters.
struct CallContext: Sendable {
    var operation = ""
    var region = ""
    var isDryRun = false
}

/// A call with a client token that was made.
struct IdempotentCall: Sendable {
    var parameters: [String: String]
    var id: String
}
