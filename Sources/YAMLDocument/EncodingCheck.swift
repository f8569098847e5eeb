import Diagnostics

/// Finds what is wrong with the bytes and characters of a file, whatever they spell.
struct EncodingCheck {
    private let source: SourceMap
    private var findings = Findings()

    private init(_ source: SourceMap) {
        self.source = source
    }

    /// Throws unless the file is UTF-8 of characters that may stand in YAML. After it libyaml's reader cannot fail.
    static func run(_ source: SourceMap) throws(DiagnosticsError) {
        var check = EncodingCheck(source)
        if let name = check.otherEncoding {
            let notes = ["Save the file as UTF-8."]
            throw DiagnosticsError(check.error("the file is in \(name); only UTF-8 is read", at: 0, notes: notes))
        }
        source.bytes.withUnsafeBufferPointer { check.checkScalars($0) }
        try check.findings.throwIfAny()
    }

    private func error(_ message: String, at offset: Int, notes: [String]) -> Diagnostic {
        Diagnostic(.error, at: source.location(ofByte: offset), message, notes: notes)
    }

    /// UTF-16 or UTF-32, by its byte order mark or the NUL in its first character.
    private var otherEncoding: String? {
        let head = Array(source.bytes.prefix(4))
        if head == [0xFF, 0xFE, 0, 0] || head == [0, 0, 0xFE, 0xFF] { return "UTF-32" }
        guard head.count >= 2 else { return nil }
        let mark = head.prefix(2) == [0xFF, 0xFE] || head.prefix(2) == [0xFE, 0xFF]
        return mark || (head[0] == 0) != (head[1] == 0) ? "UTF-16" : nil
    }

    private mutating func checkScalars(_ bytes: UnsafeBufferPointer<UInt8>) {
        var offset = source.start
        var runStart = offset
        var runIsReported = false
        var marks = CombiningRun()
        while offset < bytes.count, !findings.overflows {
            let byte = bytes[offset]
            if byte > 0x20, byte < 0x7F {
                offset += 1
                runStart = offset
                runIsReported = false
                marks = CombiningRun()
                continue
            }
            guard let (scalar, length) = Self.decode(bytes, at: offset) else {
                let hex = String(byte, radix: 16, uppercase: true)
                let notes = ["Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252."]
                findings.addLast(error("byte 0x\(hex) is not valid UTF-8", at: offset, notes: notes))
                return
            }
            offset += length
            let isBlank = scalar == 0x20 || scalar == 0x09 || scalar == 0x0A || scalar == 0x0D
            guard isBlank else {
                if let (what, note) = Self.objection(to: scalar) {
                    findings.add(error(what, at: offset - length, notes: [note]))
                }
                if marks.isTooLong(with: scalar) {
                    let restriction = Restrictions.combiningRun
                    findings.add(error(restriction.message, at: offset - length, notes: restriction.notes))
                }
                runStart = offset
                runIsReported = false
                continue
            }
            marks = CombiningRun()
            if offset - runStart > YAMLLimits.blankRun, !runIsReported {
                runIsReported = true
                let message = "more than 1,024 spaces and line breaks in a row"
                findings.add(error(message, at: runStart, notes: ["Shorten them; a comment may stand in between."]))
            }
        }
    }

    /// Why a character may not stand in a file as it is, and what to do about it; nil when it may.
    private static func objection(to scalar: UInt32) -> (what: String, note: String)? {
        guard scalar < 0xA0 || [0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF].contains(scalar) else { return nil }
        let hex = String(scalar, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        switch scalar {
        case 0:
            return ("a NUL character (U+0000) is not allowed", "Remove it.")
        case 0x01...0x1F, 0x7F...0x84, 0x86...0x9F:
            let escape = #""\x\#(hex.count < 2 ? "0" : "")\#(hex)""#
            return ("control character \(name) is not allowed", "Remove it, or write it in double quotes as \(escape).")
        case 0x85, 0x2028, 0x2029:
            let escape = scalar == 0x85 ? "N" : scalar == 0x2028 ? "L" : "P"
            return (
                "\(name) is not allowed, because programs disagree on whether it ends a line",
                #"Remove it, or write it in double quotes as "\\#(escape)"."#
            )
        case 0xFEFF:
            return (
                "a byte order mark (U+FEFF) may only stand at the start of the file",
                #"Remove it, or write it in double quotes as "\uFEFF"."#
            )
        case 0xFFFE, 0xFFFF:
            return ("\(name) is no character", "Remove it, or write it in double quotes as \"\\u\(hex)\".")
        default:
            return nil
        }
    }

    /// The scalar at an offset and its length, or nil when no valid one begins there.
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> (scalar: UInt32, length: Int)? {
        let first = bytes[offset]
        let (length, least, bits): (Int, UInt32, UInt8)
        switch first {
        case 0..<0x80: return (UInt32(first), 1)
        case 0xC2..<0xE0: (length, least, bits) = (2, 0x80, 0x1F)
        case 0xE0..<0xF0: (length, least, bits) = (3, 0x800, 0x0F)
        case 0xF0..<0xF5: (length, least, bits) = (4, 0x10000, 0x07)
        default: return nil
        }
        guard offset + length <= bytes.count else { return nil }
        var scalar = UInt32(first & bits)
        for byte in bytes[offset + 1..<offset + length] {
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        guard scalar >= least, Unicode.Scalar(scalar) != nil else { return nil }
        return (scalar, length)
    }
}
