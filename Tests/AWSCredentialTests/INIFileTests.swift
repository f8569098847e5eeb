import AWSClient
import Diagnostics
import Testing

struct INIFileTests {
    private func read(_ text: String) throws -> [String: INIFile.Section] {
        try INIFile(parsing: Array(text.utf8), file: "~/.aws/config").sections
    }

    private func error(_ text: String) -> String {
        do {
            _ = try read(text)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        #expect(try read("\u{FEFF}[default]\nregion = a")["default"]?.settings["region"]?.value == "a")
    }

    @Test func sectionsOfOneNameAreMerged() throws {
        let sections = try read("[a]\nx = 1\n[b]\n[a]\ny = 2\n")
        #expect(sections["a"]?.settings.mapValues(\.value) == ["x": "1", "y": "2"])
        #expect(sections["a"]?.location.line == 1)
    }

    @Test func aSettingKnowsItsLine() throws {
        let section = try read("# one\n[a]\r\n\r\nservices = x\rec2 =\r\n  endpoint_url = http://h\n")["a"]
        #expect(section?.settings["services"]?.location == SourceLocation(file: "~/.aws/config", line: 4, column: 1))
        #expect(section?.settings["ec2"]?.location.line == 5)
        #expect(section?.settings["ec2"]?.nested == ["endpoint_url": "http://h"])
    }

    @Test func errorsSayWhereAndNeverWhat() {
        #expect(
            error("[default]\nSECRET/KEY+NO\n") == """
                ~/.aws/config:2:1: error: the line is no section, no setting and no comment
                ~/.aws/config:2:1: note: A setting is written as name = value.
                """)
        #expect(
            error("aws_secret_access_key = SECRET\n") == """
                ~/.aws/config:1:1: error: the line stands before the first section
                ~/.aws/config:1:1: note: A section begins with a line such as [default].
                """)
        #expect(
            error("[a]\nx = SECRET\n\n[b]\n[a]\nX = SECRET\n") == """
                ~/.aws/config:6:1: error: the setting x is there twice in [a]
                ~/.aws/config:6:1: note: The first one is at line 2.
                """)
        #expect(
            error("[a]\ns3 =\n  # fine\n  SECRET\n") == """
                ~/.aws/config:4:1: error: the indented line is no setting
                ~/.aws/config:4:1: note: It is written as name = value.
                """)
    }

    @Test func aLineThatIsNotUTF8IsAnError() {
        #expect(throws: DiagnosticsError.self) {
            try INIFile(parsing: Array("[a]\nx = ".utf8) + [0xFF, 0x0A], file: "f")
        }
    }
}
