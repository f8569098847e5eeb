import Foundation
import JSONDocument

/// botocore, AWS's own library: what it sends for a call, what it reads from an answer, what it is told by moto.
enum Oracle {
    /// One call in boto3's words; see `oracle.py`.
    struct Question: Sendable {
        var service: String
        var operation: String
        var parameters: JSONValue
        var more: [JSONValue.Member]

        init(
            _ service: String, _ operation: String, _ parameters: JSONValue = [:],
            _ more: KeyValuePairs<String, JSONValue> = [:]
        ) {
            self.service = service
            self.operation = operation
            self.parameters = parameters
            self.more = more.map { JSONValue.Member($0.key, $0.value) }
        }

        /// Is read in the place of a real answer.
        mutating func answer(_ status: Int, headers: JSONValue = [:], _ body: [UInt8]) {
            more.append(JSONValue.Member("status", .integer(status)))
            more.append(JSONValue.Member("headers", headers))
            more.append(JSONValue.Member("body", .string(Data(body).base64EncodedString())))
        }

        fileprivate var json: JSONValue {
            .object(
                [
                    JSONValue.Member("service", .string(service)), JSONValue.Member("operation", .string(operation)),
                    JSONValue.Member("parameters", parameters), JSONValue.Member("region", .string(testRegion)),
                    JSONValue.Member("time", .double(testTime)),
                ] + more)
        }
    }

    struct Verdict: Decodable, Sendable {
        var request: Reading?
        var answer: Reading?
        var error: Reading?
        var body: Data?
        var url: String?
    }

    /// What botocore makes of each question.
    static func ask(_ questions: [Question]) async throws -> [Verdict] {
        let answer = try await OracleProcess.shared.ask(JSONValue.array(questions.map(\.json)).text)
        if let message = try? JSONDecoder().decode([String].self, from: answer) {
            throw OracleError(description: message.joined())
        }
        return try JSONDecoder().decode([Verdict].self, from: answer)
    }
}

struct OracleError: Error, CustomStringConvertible {
    var description: String
}

/// What botocore read: texts, lists and structures.
enum Reading: Decodable, Hashable, Sendable {
    case none
    case text(String)
    case list([Reading])
    case fields([String: Reading])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([Reading].self) {
            self = .list(list)
        } else {
            self = .fields(try container.decode([String: Reading].self))
        }
    }

    subscript(name: String) -> Reading {
        guard case .fields(let fields) = self else { return .none }
        return fields[name] ?? .none
    }

    /// Nil when there is none, or it is empty, which is the same to us.
    var text: String? {
        guard case .text(let text) = self, !text.isEmpty else { return nil }
        return text
    }

    var list: [Reading] {
        guard case .list(let list) = self else { return [] }
        return list
    }

    /// The texts of a structure, without what else is in it.
    var texts: [String: String] {
        guard case .fields(let fields) = self else { return [:] }
        return fields.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
    }

    var integer: Int? { text.flatMap { Int($0) } }

    var flag: Bool? { text.map { $0 == "true" } }

    /// Milliseconds of a time, or a time as text.
    var time: Date? {
        guard let text else { return nil }
        if let milliseconds = Double(text) { return Date(timeIntervalSince1970: milliseconds / 1000) }
        return try? Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."), timeZone: .gmt).parse(text)
    }
}
