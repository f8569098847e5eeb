import QEMUHost
import Testing

struct AptSourcesTests {
    @Test func withoutFilesDebiansOwnServersAreTaken() {
        #expect(
            AptSources(files: [:]).lines(for: "trixie") == [
                "deb http://deb.debian.org/debian trixie main", "deb http://deb.debian.org/debian trixie-updates main",
                "deb http://deb.debian.org/debian-security trixie-security main",
            ])
    }

    @Test func theFormatOfOneLineIsRead() {
        let sources = AptSources(files: [
            "/etc/apt/sources.list": """
            # deb http://old.example/debian bookworm main
            deb cdrom:[Debian]/ bookworm main
            deb-src http://source.example/debian bookworm main
            deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian/ bookworm main contrib # near
            deb\thttp://security.example/s bookworm-security main
            """
        ])
        #expect(sources == AptSources(archive: "https://mirror.example/debian", security: "http://security.example/s"))
    }

    @Test func theFormatOfStanzasIsRead() {
        let sources = AptSources(files: [
            "/etc/apt/sources.list.d/a.sources": """
            Types: deb
            URIs: http://off.example/debian
            Suites: bookworm
            Components: main
            Enabled: no

            types: deb deb-src
            # in between
            URIs: mirror+file:/etc/list
             http://mirror.example/debian
            Suites: bookworm bookworm-updates
            Components: main

            Types: deb
            URIs: http://mirror.example/security/
            Suites: bookworm-security
            Components: main
            """
        ])
        #expect(
            sources
                == AptSources(archive: "http://mirror.example/debian", security: "http://mirror.example/security"))
    }

    @Test(arguments: [
        "http://user:word@mirror.example/debian", "http://localhost:3142/debian", "http://127.0.0.1/debian",
        "http://[::1]:3142/debian", "mirror+file:/etc/list", "http://", "ftp://ftp.example/debian",
    ])
    func anAddressThatIsOfNoUseInAGuestIsPassedOver(address: String) {
        let sources = AptSources(files: ["/etc/apt/sources.list": "deb \(address) bookworm main\n"])
        #expect(sources == .standard)
    }

    @Test func otherArchivesAreNotTakenForDebian() {
        let sources = AptSources(files: [
            "/etc/apt/sources.list.d/node.sources":
                "Types: deb\nURIs: https://node.example\nSuites: nodistro\nComponents: main\n",
            "/etc/apt/sources.list.d/cloud.list": "deb https://cloud.example/apt cloud-sdk-bookworm main\n",
        ])
        #expect(sources == .standard)
    }
}
