import AWSClient

/// The fields of a request.
struct CloudForm: Sendable {
    private(set) var fields: [String: String] = [:]

    init(_ body: [UInt8]) {
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decode(String($0).replacing("+", with: " ")) ?? "" }
            fields[parts[0]] = parts.count == 2 ? parts[1] : ""
        }
    }

    subscript(name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

    func required(_ name: String) throws(CloudError) -> String {
        guard let value = self[name] else { throw .validation("\(name) is missing") }
        return value
    }

    func list(_ name: String) -> [String] {
        var result: [String] = []
        while let value = fields["\(name).member.\(result.count + 1)"] { result.append(value) }
        return result
    }

    /// The template's parameters, some of which are as they were.
    func parameters(previous: [String: String]) throws(CloudError) -> [String: String] {
        var result: [String: String] = [:]
        var number = 1
        while let key = fields["Parameters.member.\(number).ParameterKey"] {
            if fields["Parameters.member.\(number).UsePreviousValue"] == "true" {
                guard let value = previous[key] else {
                    throw .validation("Invalid input for parameter key \(key). Cannot specify usePreviousValue as true")
                }
                result[key] = value
            } else {
                result[key] = fields["Parameters.member.\(number).ParameterValue"] ?? ""
            }
            number += 1
        }
        return result
    }

    var tags: [String: String] {
        var result: [String: String] = [:]
        var number = 1
        while let key = fields["Tags.member.\(number).Key"] {
            result[key] = fields["Tags.member.\(number).Value"] ?? ""
            number += 1
        }
        return result
    }
}

/// An element of an answer.
struct CloudXML: Sendable {
    var name: String
    var text = ""
    var children: [CloudXML] = []

    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }

    init(_ name: String, _ children: [CloudXML?]) {
        self.name = name
        self.children = children.compactMap(\.self)
    }

    var document: String {
        let inside =
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\r", with: "&#13;") + children.map(\.document).joined()
        return "<\(name)>\(inside)</\(name)>"
    }
}
