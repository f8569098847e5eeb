/// Why a text is not JSON.
struct JSONSyntaxError: Error {
    var message: String
    var offset: Int
    var notes: [String] = []
    /// Another place that it is about, such as that of the first of two keys.
    var other: Int?
}

/// Reads a text into a tree, in one pass.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0
    private var depth = 0

    /// The one value of a text.
    static func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONNode {
        try bytes.withUnsafeBufferPointer { bytes throws(JSONSyntaxError) in
            var reader = JSONReader(bytes: bytes)
            return try reader.document()
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The byte at the present place; nil at the end.
    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func document() throws(JSONSyntaxError) -> JSONNode {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        skipBlanks()
        let root = try value()
        skipBlanks()
        guard next == nil else { throw unexpected("the end of the text") }
        return root
    }

    mutating func skipBlanks() {
        while let next, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { offset += 1 }
    }

    // MARK: - Values

    private mutating func value() throws(JSONSyntaxError) -> JSONNode {
        let start = offset
        let content: JSONNode.Content =
            switch next {
            case UInt8(ascii: "{"): try object()
            case UInt8(ascii: "["): try array()
            case UInt8(ascii: "\""): .string(try string())
            case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): .number(try number())
            case UInt8(ascii: "t"): try word("true", .bool(true))
            case UInt8(ascii: "f"): try word("false", .bool(false))
            case UInt8(ascii: "n"): try word("null", .null)
            default: throw unexpected("a value")
            }
        return JSONNode(content: content, range: start..<offset)
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONNode.Content {
        var members: [JSONMember] = []
        // By bytes: strings that only look alike are different keys, and comparing them is not linear.
        var keys: [[UInt8]: Int] = [:]
        try list(closing: "}") { reader throws(JSONSyntaxError) in
            let start = reader.offset
            guard reader.next == UInt8(ascii: "\"") else {
                throw reader.unexpected(members.isEmpty ? "a key or '}'" : "a key")
            }
            let key = try reader.string()
            let keyRange = start..<reader.offset
            if let first = keys.updateValue(start, forKey: Array(key.utf8)) {
                throw JSONSyntaxError(message: "duplicate key", offset: start, notes: ["Remove one."], other: first)
            }
            reader.skipBlanks()
            guard reader.next == UInt8(ascii: ":") else { throw reader.unexpected("':' behind a key") }
            reader.offset += 1
            reader.skipBlanks()
            members.append(JSONMember(key: key, keyRange: keyRange, value: try reader.value()))
        }
        return .object(members)
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONNode.Content {
        var items: [JSONNode] = []
        try list(closing: "]") { reader throws(JSONSyntaxError) in items.append(try reader.value()) }
        return .array(items)
    }

    /// What stands between brackets, separated by commas.
    private mutating func list(
        closing: Unicode.Scalar, _ element: (inout JSONReader) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        guard depth < JSONLimits.depth else {
            throw JSONSyntaxError(message: "more than \(JSONLimits.depth) open brackets", offset: offset)
        }
        depth += 1
        offset += 1
        skipBlanks()
        var isFirst = true
        while next != UInt8(ascii: closing) || !isFirst {
            try element(&self)
            isFirst = false
            skipBlanks()
            guard next == UInt8(ascii: ",") else { break }
            let comma = offset
            offset += 1
            skipBlanks()
            if next == UInt8(ascii: closing) {
                throw JSONSyntaxError(message: "expected no ',' before '\(closing)'", offset: comma)
            }
        }
        guard next == UInt8(ascii: closing) else { throw unexpected("',' or '\(closing)'") }
        offset += 1
        depth -= 1
    }

    private mutating func word(
        _ word: StaticString, _ content: JSONNode.Content
    ) throws(JSONSyntaxError) -> JSONNode.Content {
        for byte in UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount) {
            guard next == byte else { throw unexpected("'\(word)'") }
            offset += 1
        }
        return content
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = offset
        skip(UInt8(ascii: "-"))
        if next == UInt8(ascii: "0") {
            offset += 1
            if let next, isDigit(next) {
                throw JSONSyntaxError(
                    message: "expected no digit behind a leading 0", offset: offset, notes: ["Put it in quotes."])
            }
        } else {
            try digits()
        }
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { skip(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard let first = next, isDigit(first) else { throw unexpected("a digit") }
        while let next, isDigit(next) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    @discardableResult
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }
}
