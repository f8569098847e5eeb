import FoundationEssentials

/// A line of `--json`, as far as the tests read it.
struct JSONLine: Decodable {
    var time: Date
    /// Nil before there is a build.
    var buildID: String?
    var event: String
    var phase: String?
    var state: String?
    var status: String?
    var imageID: String?
    var digest: String?
    var exit: Int?
    var message: String?
    var severity: String?
    var notes: [String]?
    /// All its names.
    var names: Set<String>

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case time
        case buildID = "build_id"
        case event, phase, state, status
        case imageID = "image_id"
        case digest, exit, message, severity, notes
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let time = try fields.decode(String.self, forKey: .time)
        self.time = try Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
        buildID = try fields.decodeIfPresent(String.self, forKey: .buildID)
        event = try fields.decode(String.self, forKey: .event)
        phase = try fields.decodeIfPresent(String.self, forKey: .phase)
        state = try fields.decodeIfPresent(String.self, forKey: .state)
        status = try fields.decodeIfPresent(String.self, forKey: .status)
        imageID = try fields.decodeIfPresent(String.self, forKey: .imageID)
        digest = try fields.decodeIfPresent(String.self, forKey: .digest)
        exit = try fields.decodeIfPresent(Int.self, forKey: .exit)
        message = try fields.decodeIfPresent(String.self, forKey: .message)
        severity = try fields.decodeIfPresent(String.self, forKey: .severity)
        notes = try fields.decodeIfPresent([String].self, forKey: .notes)
        names = Set(try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue))
    }

    /// Reads each line; throws at one that is none.
    static func all(_ text: String) throws -> [JSONLine] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(JSONLine.self, from: Data($0.utf8)) }
    }
}
