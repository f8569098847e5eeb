import ImageBuild
import Testing

/// A console that is read again and again.
struct ConsoleReaderTests {
    private func reader() throws -> ConsoleReader { ConsoleReader(buildID: try #require(BuildID("b-1"))) }

    private func bytes(_ lines: String..., end: String = "\n") -> [UInt8] {
        Array(lines.map { $0.replacing("@", with: "PGPOOL-AURORA b-1") + end }.joined().utf8)
    }

    @Test func aStepIsToldOnce() throws {
        var reader = try reader()
        #expect(reader.read(bytes("boot", "@ step 1/3 a")) == [.step(1, of: 3, name: "a")])
        #expect(reader.read(bytes("boot", "@ step 1/3 a")) == [])
        #expect(
            reader.read(bytes("@ step 1/3 a", "@ step 2/3 b", "@ step 3/3 c"))
                == [.step(2, of: 3, name: "b"), .step(3, of: 3, name: "c")])
        // It boots again.
        #expect(reader.read(bytes("@ step 1/3 a", "@ step 2/3 b")) == [])
        #expect(reader.step == .step(3, of: 3, name: "c") && reader.verdict == nil)
    }

    @Test func aVerdictIsKept() throws {
        var reader = try reader()
        _ = reader.read(bytes("@ step 1/1 a", "@ package b 1.0", "@ ok", "later"))
        #expect(reader.verdict == .ok && reader.packages == ["b": "1.0"])
        // What scrolls away has been heard.
        _ = reader.read(bytes("noise"))
        #expect(reader.verdict == .ok && reader.packages == ["b": "1.0"] && reader.step != nil)
        // Who says both has failed, and the first failure is the one.
        _ = reader.read(bytes("@ failed a 1 first", "@ failed b 2 second", "@ ok"))
        #expect(reader.verdict == .failed(step: "a", exit: 1, message: "first"))
    }

    @Test func linesEndInAnyWay() throws {
        for end in ["\n", "\r\n", "\r\r\n", "\n\r", "\n\n"] {
            var reader = try reader()
            #expect(reader.read(bytes("x", "@ step 1/1 a", "@ ok", end: end)) == [.step(1, of: 1, name: "a")])
            #expect(reader.verdict == .ok && reader.tail(9) == ["x"])
        }
        // The last line has no end yet.
        var reader = try reader()
        _ = reader.read(bytes("x\n@ ok", end: ""))
        #expect(reader.verdict == .ok)
    }

    @Test func theTailIsWhatCameBeforeTheVerdict() throws {
        var reader = try reader()
        _ = reader.read(bytes("a", "@ step 1/1 s", "", "b\u{1B}", "c", "@ failed s 1 why", "d", "@ failed s 1 why"))
        #expect(reader.tail(2) == ["b", "c"] && reader.tail(20) == ["a", "b", "c"] && reader.tail(0) == [])
        // A console that shows nothing any more takes nothing away.
        _ = reader.read([])
        #expect(reader.tail(2) == ["b", "c"])
    }

    @Test func signedAddressesAreNotShown() throws {
        var reader = try reader()
        _ = reader.read(bytes("curl https://b.s3.test/k?X-Amz-Signature=abc&X-Amz-Date=1 -o x", "plain?query=1 stays"))
        #expect(reader.tail(5) == ["curl https://b.s3.test/k?*** -o x", "plain?query=1 stays"])
    }

    @Test func whatIsNoTextIsBorne() throws {
        var reader = try reader()
        #expect(
            reader.read([0xFF, 0xFE, 0x0A, 0x00, 0x80] + bytes("", "@ step 1/1 a")) == [.step(1, of: 1, name: "a")])
        #expect(reader.read(Array(repeating: 0x0A, count: 70_000)) == [])
        #expect(reader.read([]) == [])
    }
}
