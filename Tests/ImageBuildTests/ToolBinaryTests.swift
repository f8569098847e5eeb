import FoundationEssentials
import ImageBuild
import TestBasics
import Testing

/// What a program's file says of itself.
struct ToolBinaryTests {
    private func program() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "/bin/true"))) }

    @Test func aRealProgramIsUnderstood() throws {
        let binary = try #require(ToolBinary(try program()))
        #if arch(arm64)
            #expect(binary.architecture == "arm64")
        #else
            #expect(binary.architecture == "x86_64")
        #endif
        #expect(binary.libraries == ["libc.so.6"])
        let glibc = try #require(binary.glibc)
        #expect(glibc >= ToolBinary.Version(2, 4) && glibc <= ToolBinary.Version(2, 60))
    }

    @Test func otherFilesAreNone() {
        for bytes in [[], Array("#!/bin/sh\n".utf8), [0x7F, 0x45, 0x4C, 0x46], [0x7F, 0x45, 0x4C, 0x46, 1, 1, 0, 0]] {
            #expect(ToolBinary(bytes) == nil)
        }
    }

    @Test func aFileThatIsCutIsBorne() throws {
        let bytes = try program()
        for length in [0, 5, 17, 18, 19, 20, 40, 47, 48, 62, 63, 64, 65, 4096, bytes.count - 64, bytes.count - 1] {
            let binary = ToolBinary(Array(bytes.prefix(length)))
            #expect((binary == nil) == (length < 20))
        }
    }

    @Test func bytesByChanceAreBorne() throws {
        let bytes = try program()
        var generator = SeededGenerator(seed: 7)
        let table = bytes[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
        for round in 0..<2000 * longFactor {
            var broken = bytes
            for _ in 0...Int.random(in: 0..<8, using: &generator) {
                // Where it hurts: the head, and the table of the sections.
                let place =
                    round % 2 == 0
                    ? Int.random(in: 16..<64, using: &generator)
                    : Int.random(in: table..<bytes.count, using: &generator)
                broken[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = ToolBinary(broken)
        }
    }

    /// Numbers that do not fit into sums, in each field of the head and of the table.
    @Test func hugeNumbersAreBorne() throws {
        let bytes = try program()
        let table = bytes[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
        for huge: [UInt8] in [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0, 0, 0, 0, 0, 0, 0, 0x40], [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
        ] {
            for place in [40] + Array(stride(from: table, to: bytes.count - 8, by: 8)) {
                var broken = bytes
                broken.replaceSubrange(place..<place + 8, with: huge)
                _ = ToolBinary(broken)
            }
        }
    }

    @Test func versionsAreOrdered() {
        #expect(ToolBinary.Version(2, 9) < ToolBinary.Version(2, 34) && ToolBinary.Version(2, 34).description == "2.34")
        #expect(!(ToolBinary.Version(3, 0) < ToolBinary.Version(2, 99)))
    }
}
