import Diagnostics
import StackParameters
import TestBasics
import Testing

/// Files made by chance, one parameter of each changed or added.
@Suite struct ParametersPropertyTests {
    private static let cases = RandomParameters.Kind.allCases.flatMap { kind in (1...4).map { (kind, UInt64($0)) } }

    private func isSame(_ entry: ParameterEntry, _ written: RandomParameters.Written) -> Bool {
        entry.name == written.name && entry.spelling == written.spelling
            && entry.value.map { Array($0.utf8) } == written.value.map { Array($0.utf8) }
    }

    @Test(arguments: cases)
    func `a changed value reads back and every other byte stays`(kind: RandomParameters.Kind, seed: UInt64) throws {
        var files = RandomParameters(kind, seed: seed)
        var generator = SeededGenerator(seed: seed &+ 1_000)
        var rounds = 0
        while rounds < 130 * longFactor {
            let bytes = files.next()
            let round = rounds
            var shown: String {
                "\(kind) seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            }
            let file = try ParametersFile(parsing: bytes, name: kind.rawValue)
            try #require(file.entries.elementsEqual(files.written, by: isSame), "\(shown)")
            rounds += 1
            guard let index = file.entries.indices.randomElement(using: &generator) else { continue }
            let (entry, written) = (file.entries[index], files.written[index])
            let value = entry.isList ? ["a", "a,b", "a,é,c,d"].pick(&generator) : files.value()
            let edited: ParametersFile
            do throws(ParametersError) {
                edited = try file.setting(entry.name, to: value)
            } catch {
                Issue.record("\(error) for \(entry.name) = \(value) in \(shown)")
                continue
            }
            var expected = files.written
            expected[index].value = value
            #expect(edited.entries.elementsEqual(expected, by: isSame), "\(shown)")
            let isThere = written.value.map { $0.utf8.elementsEqual(value.utf8) } == true
            if isThere { #expect(edited.bytes == bytes, "\(shown)") }

            // All that differs is within the value.
            let head = zip(bytes, edited.bytes).prefix { $0 == $1 }.count
            let tail = zip(bytes.reversed(), edited.bytes.reversed()).prefix { $0 == $1 }.count
            guard !written.source.isEmpty else { continue }
            let source = Array(written.source.utf8)
            let starts = max(0, bytes.count - tail - source.count)...max(0, bytes.count - tail, head)
            let isWithin = starts.contains { $0 <= head && bytes[$0...].starts(with: source) }
            #expect(isWithin || edited.bytes == bytes, "\(entry.name) = \(value) in \(shown)")
        }
    }

    @Test(arguments: cases)
    func `an added parameter is one piece and all others stay`(kind: RandomParameters.Kind, seed: UInt64) throws {
        var files = RandomParameters(kind, seed: seed &+ 100)
        var rounds = 0
        while rounds < 130 * longFactor {
            let bytes = files.next()
            let round = rounds
            var shown: String {
                "\(kind) seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            }
            let file = try ParametersFile(parsing: bytes, name: kind.rawValue)
            rounds += 1
            let missing = StackParameter.all.filter { file.entry($0.name) == nil }
            guard let parameter = missing.randomElement(using: &files.generator) else { continue }
            let value = parameter.isNumber ? "\(rounds)" : files.value()
            let edited: ParametersFile
            do throws(ParametersError) {
                edited = try file.setting(parameter.name, to: value)
            } catch {
                Issue.record("\(error) for \(parameter.name) = \(value) in \(shown)")
                continue
            }
            var entries = edited.entries
            let index = try #require(entries.firstIndex { $0.name == parameter.name }, "\(shown)")
            #expect(entries.remove(at: index).value.map { Array($0.utf8) } == Array(value.utf8), "\(shown)")
            #expect(entries.elementsEqual(files.written, by: isSame), "\(shown)")
            let head = zip(bytes, edited.bytes).prefix { $0 == $1 }.count
            #expect(edited.bytes.suffix(bytes.count - head).elementsEqual(bytes[head...]), "\(shown)")
        }
    }

    @Test(arguments: cases)
    func `any bytes give errors with places, or a file that can be changed`(
        kind: RandomParameters.Kind, seed: UInt64
    ) throws {
        var files = RandomParameters(kind, seed: seed &+ 200)
        var generator = SeededGenerator(seed: seed &+ 3_000)
        let pieces = [",", ":", "\"", "'", "[", "]", "{", "}", "\\", "\n", " ", "- ", "#", "null", "é", "\0", "ami_id"]
        for round in 0..<(60 * longFactor) {
            var bytes = files.next()
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, place + Int.random(in: 0...2, using: &generator))
                bytes.replaceSubrange(place..<end, with: Array(pieces.pick(&generator).utf8))
            }
            var shown: String {
                "\(kind) seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            }
            do {
                let file = try ParametersFile(parsing: bytes, name: kind.rawValue)
                let edited = try file.setting("ami_id", to: "new: 'x'")
                #expect(edited.value(of: "ami_id") == "new: 'x'", "\(shown)")
                #expect(edited.entries.count - file.entries.count == (file.entry("ami_id") == nil ? 1 : 0), "\(shown)")
            } catch let error as DiagnosticsError {
                #expect(error.diagnostics.allSatisfy { $0.location != nil && !$0.message.isEmpty }, "\(shown)")
            } catch let error as ParametersError {
                // An edit may be refused, as where `? key` has no colon.
                #expect(error.code == .badFile, "\(shown)")
            }
        }
    }
}
