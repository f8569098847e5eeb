import SimulatedCloudFormation
import SimulatedEC2

/// The settings that the program's arguments give.
struct ServerFlags {
    struct Wrong: Error {
        var message: String
    }

    var settings = SimulationSettings()
    private var cloud = CloudSettings()
    var speed = 1.0
    var announces = false

    /// CloudFormation is in the same place, and as slow to answer.
    var cloudSettings: CloudSettings {
        var cloud = cloud
        cloud.region = settings.region
        cloud.account = settings.account
        cloud.latency = settings.latency
        cloud.refused = settings.refused
        return cloud
    }

    init(_ arguments: [String]) throws(Wrong) {
        var rest = arguments[...]
        var guests: [GuestScript] = []
        while let flag = rest.popFirst() {
            if flag == "--announce" {
                announces = true
                continue
            }
            guard let value = rest.popFirst() else { throw Wrong(message: "\(flag) needs a value") }
            if flag == "--guest" {
                guests.append(try ServerFlags.guest(value))
            } else {
                try set(flag, value)
            }
        }
        if !guests.isEmpty { settings.guests = guests }
    }

    private mutating func set(_ flag: String, _ value: String) throws(Wrong) {
        let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch flag {
        case "--speed": speed = try ServerFlags.number(flag, value)
        case "--region": settings.region = value
        case "--account": settings.account = value
        // NAME or NAME:REGION
        case "--bucket": settings.buckets[parts[0]] = parts.count > 1 ? parts[1] : settings.region
        case "--latency": settings.latency = try ServerFlags.seconds(flag, value)
        case "--running": settings.durations.running = try ServerFlags.seconds(flag, value)
        case "--stopped": settings.durations.stopped = try ServerFlags.seconds(flag, value)
        case "--terminated": settings.durations.terminated = try ServerFlags.seconds(flag, value)
        case "--image": settings.durations.image = try ServerFlags.seconds(flag, value)
        case "--unknown-for": settings.consistency.ids = try ServerFlags.seconds(flag, value)
        case "--untagged-for": settings.consistency.filters = try ServerFlags.seconds(flag, value)
        case "--throttle-every": settings.throttling.every = Int(try ServerFlags.number(flag, value))
        case "--refuse": settings.refused.insert(value)
        case "--ahead": settings.ahead = try ServerFlags.seconds(flag, value)
        case "--shortage": settings.shortages.append(try ServerFlags.shortage(parts))
        case "--image-fate": settings.imageFates.append(try ServerFlags.fate(parts))
        case "--resource-time": cloud.resourceTime = try ServerFlags.seconds(flag, value)
        // KEY=VALUE
        case "--stack-output":
            let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, !pair[0].isEmpty else { throw Wrong(message: "an output is KEY=VALUE: \(value)") }
            cloud.outputs[pair[0]] = pair[1]
        case "--stack-fate": try setStackFate(value)
        case "--fault": settings.faults.append(try ServerFlags.fault(parts))
        default: throw Wrong(message: "there is no flag \(flag)")
        }
    }

    /// `ID=SECONDS:REASON`: a resource that fails after so long, for that reason.
    private mutating func setStackFate(_ value: String) throws(Wrong) {
        let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
        let parts = pair.last?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
        guard pair.count == 2, parts.count == 2 else {
            throw Wrong(message: "a resource's fate is ID=SECONDS:REASON: \(value)")
        }
        cloud.fates[pair[0]] = .fails(after: try ServerFlags.seconds("--stack-fate", parts[0]), parts[1])
    }

    // MARK: - Values

    private static func number(_ flag: String, _ text: String) throws(Wrong) -> Double {
        guard let number = Double(text), number >= 0 else { throw Wrong(message: "\(flag) needs a number") }
        return number
    }

    private static func seconds(_ flag: String, _ text: String) throws(Wrong) -> Duration {
        .seconds(try number(flag, text))
    }

    private static func guest(_ name: String) throws(Wrong) -> GuestScript {
        switch name {
        case "succeeds": return .succeeds
        case "fails": return .fails()
        case "hangs": return .hangs
        case "silent": return .isSilent
        case "powers-off": return .powersOff()
        case "speaks-once": return .speaksOnce
        case "boots-twice": return .bootsTwice
        case "decoys": return .decoys
        default: throw Wrong(message: "there is no guest \(name)")
        }
    }

    /// `TYPE:ZONE:KIND`, where type and zone may be empty, and the kind is `now`, `later`, `unsupported` or `addresses`.
    private static func shortage(_ parts: [String]) throws(Wrong) -> Shortage {
        let kinds: [String: Shortage.Kind] = [
            "now": .atOnce, "later": .later(.seconds(5)), "unsupported": .unsupported, "addresses": .noFreeAddress,
        ]
        guard parts.count == 3, let kind = kinds[parts[2]] else {
            throw Wrong(message: "a shortage is TYPE:ZONE:now, later, unsupported or addresses")
        }
        return Shortage(parts[0].isEmpty ? nil : parts[0], zone: parts[1].isEmpty ? nil : parts[1], kind)
    }

    /// `STATE:SECONDS`
    private static func fate(_ parts: [String]) throws(Wrong) -> ImageFate {
        guard parts.count == 2 else { throw Wrong(message: "an image's fate is STATE:SECONDS") }
        return ImageFate(
            parts[0], after: try seconds("--image-fate", parts[1]),
            reason: parts[0] == "available" ? nil : .internalError)
    }

    /// `OPERATION:OCCURRENCE:EFFECT`, where the occurrence is a number, or empty for every one, and the effect is
    /// `lose-request`, `lose-answer`, `spurious-duplicate`, `delay=SECONDS` or `CODE[=STATUS]`.
    private static func fault(_ parts: [String]) throws(Wrong) -> Fault {
        guard parts.count == 3 else { throw Wrong(message: "a fault is OPERATION:OCCURRENCE:EFFECT") }
        let words = parts[2].split(separator: "=", maxSplits: 1).map(String.init)
        var occurrences = Occurrences.every
        if !parts[1].isEmpty {
            guard let number = Int(parts[1]) else { throw Wrong(message: "an occurrence is a number: \(parts[1])") }
            occurrences = .only([number])
        }
        switch words.first {
        case nil: throw Wrong(message: "a fault needs an effect")
        case "lose-request": return Fault(parts[0], occurrences, .loseRequest)
        case "lose-answer": return Fault(parts[0], occurrences, .loseAnswer)
        case "spurious-duplicate": return .spuriousDuplicate(occurrences)
        case "delay": return Fault(parts[0], occurrences, .delay(try seconds("--fault", words.last ?? "")))
        case .some(let code):
            let status = words.count == 2 ? Int(words[1]) : 400
            guard let status else { throw Wrong(message: "a status is a number: \(parts[2])") }
            return .error(parts[0], occurrences, code: code, status: status)
        }
    }
}
