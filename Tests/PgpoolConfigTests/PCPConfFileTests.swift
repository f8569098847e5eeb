import ClusterSpec
import PgpoolConfig
import Testing

private let hash = "0123456789abcdef0123456789abcdef"

@Suite struct PCPConfFileTests {
    private func reading(_ text: String) -> [String] {
        PCPConfFile.read(Array(text.utf8)).map { "\($0.line) \($0.user) \($0.hash)" }
    }

    @Test(arguments: [
        ("u:\(hash)\n", ["1 u \(hash)"]), ("u:\(hash)", ["1 u \(hash)"]), ("# c\n\nu:\(hash)\n", ["3 u \(hash)"]),
        // Every line of a user is tried.
        ("u:\(hash)\nu:\(hash)\n", ["1 u \(hash)", "2 u \(hash)"]),
        // Anything behind the hash, a carriage return too, is part of it.
        ("u:\(hash) \n", []), ("u:\(hash)\r\n", []), ("u:\(hash):x\n", []), ("u: \(hash)\n", []),
        ("u:md5\(hash)\n", []), ("u:\(hash.uppercased())\n", []), ("u:secret\n", []),
        // A line without a colon shuts out everybody behind it.
        ("a:\(hash)\nno colon\nb:\(hash)\n", ["1 a \(hash)"]), ("a:\(hash)\n \nb:\(hash)\n", ["1 a \(hash)"]),
        ("\r\nb:\(hash)\n", []),
        // A comment begins in the first column; with a colon it is somebody's line.
        (" # c: d\nb:\(hash)\n", ["2 b \(hash)"]), (" # c\nb:\(hash)\n", []),
        // Nothing is escaped.
        ("a\\b:\(hash)\n", ["1 a\\b \(hash)"]), ("", []),
    ])
    func entriesAreReadAsPgpoolReadsThem(_ text: String, _ expected: [String]) { #expect(reading(text) == expected) }

    @Test func aUserAndAHashHave128BytesTogether() {
        func user(_ count: Int) -> String { String(repeating: "u", count: count) }
        #expect(reading("\(user(95)):\(hash)\n") == ["1 \(user(95)) \(hash)"])
        #expect(reading("\(user(96)):\(hash)\nb:\(hash)\n") == ["2 b \(hash)"])
        #expect(reading("\(user(128)):\(hash)\nb:\(hash)\n") == ["2 b \(hash)"])
        #expect(reading("\(user(129)):\(hash)\nb:\(hash)\n") == [])
    }

    @Test(arguments: [hash, String(repeating: "f", count: 32)])
    func aHashIsWrittenAsItIs(_ hash: String) {
        #expect(written { () throws(Malformed) in try PCPConfFile.write(hash: hash) } == hash)
    }

    @Test(arguments: [
        "", "x", hash + "0", String(hash.dropLast()), hash.uppercased(), "g" + hash.dropFirst(), hash.dropLast() + "\n",
    ])
    func whatIsNoHashIsRefused(_ text: String) {
        #expect(
            written { () throws(Malformed) in try PCPConfFile.write(hash: text) }
                == "refused: is not an MD5 hash: that is 32 lower-case hexadecimal digits")
    }
}
