import Foundation
import JSONDocument
import TestBasics
import Testing

/// Random texts, whole and broken, read by us and by Python's reader.
@Suite struct PythonAgreementTests {
    private static let python = "/usr/bin/python3"

    /// Reads hexadecimal lines; writes what each one reads as, or nothing.
    private static let script = """
        import json, sys

        def pairs(items):
            if len(dict(items)) != len(items):
                raise ValueError("duplicate")
            return dict(items)

        class Number(float):
            def __new__(cls, text):
                self = super().__new__(cls, 0)
                self.text = text
                return self

            def __repr__(self):
                return self.text

        def refuse(text):
            raise ValueError(text)

        def show(value):
            if isinstance(value, Number):
                return value.text
            if isinstance(value, list):
                return "[" + ",".join(map(show, value)) + "]"
            if isinstance(value, dict):
                return "{" + ",".join(show(k) + ":" + show(v) for k, v in value.items()) + "}"
            return json.dumps(value, ensure_ascii=False)

        for line in sys.stdin:
            try:
                text = bytes.fromhex(line.strip()).decode("utf-8").removeprefix("\\ufeff")
                value = json.loads(
                    text, object_pairs_hook=pairs, parse_int=Number, parse_float=Number, parse_constant=refuse)
                print(show(value).encode("utf-8").hex())
            except (ValueError, RecursionError):
                print()
        """

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python)), arguments: 1...2)
    func `we accept and refuse what Python does`(seed: UInt64) throws {
        var random = RandomJSON(seed: seed &+ 50)
        let texts = (0..<(1_000 * longFactor)).map { $0 % 2 == 0 ? random.next() : random.nextBroken() }
        let expected = try Self.run(texts.map(Self.hex).joined(separator: "\n") + "\n")
        try #require(expected.count == texts.count)
        for (text, expected) in zip(texts, expected) {
            let ours =
                (try? JSONDocument(parsing: text, file: "f")).map { Self.hex(Array($0.root.canonical.utf8)) } ?? ""
            #expect(ours == expected, "seed \(seed): \(String(decoding: text, as: UTF8.self).debugDescription)")
        }
        #expect(expected.filter(\.isEmpty).count > 100)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func run(_ input: String) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "json-tests-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (texts, results) = (folder.appending(path: "texts"), folder.appending(path: "results"))
        try Data(input.utf8).write(to: texts)
        try Data().write(to: results)
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", script]
        process.standardInput = try FileHandle(forReadingFrom: texts)
        process.standardOutput = try FileHandle(forWritingTo: results)
        try process.run()
        process.waitUntilExit()
        let lines = String(decoding: try Data(contentsOf: results), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().map(String.init)
    }
}
