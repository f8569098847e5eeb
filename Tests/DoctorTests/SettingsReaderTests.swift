import ClusterSpec
import Diagnostics
import FoundationEssentials
import HealthDecision
import Postgres
import TestBasics
import Testing

@testable import Doctor

@Suite struct SettingsReaderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func reader(spec: String? = nil, passfile: String? = nil) -> SettingsReader {
        SettingsReader(
            config: "\(folder.path)/pgdoctor.cfg", spec: spec ?? "\(folder.path)/none.yaml", isSpecGiven: spec != nil,
            passfile: passfile)
    }

    /// What is wrong, without the folder's name.
    private func complaints(_ reader: SettingsReader) -> [String] {
        do throws(DiagnosticsError) {
            return try reader.read().warnings.map { $0.description.replacing(folder.path + "/", with: "") }
        } catch {
            return error.diagnostics.map { $0.description.replacing(folder.path + "/", with: "") }
        }
    }

    private let whole = """
        # a comment
        http_port = 8072
        syslog_facility = local7
        pg_host = 127.0.0.1
        pg_port = 9998
        pg_user = 'the user'
        pg_password = ''
        pg_database = app
        pg_connection_timeout = 4
        "SELECT 1"
        "SELECT count(*) FROM t" < "10"
        """

    @Test func aFileOfTheCProgramIsRead() throws {
        try folder.write("pgdoctor.cfg", whole)
        let (settings, warnings) = try reader(passfile: "/somewhere/pgpass").read()
        #expect(warnings.isEmpty)
        #expect(settings.port == 8072)
        #expect(settings.pgpoolPort == 9998)
        let login = try #require(settings.login)
        #expect(login.user == "the user")
        #expect(login.password == nil)
        #expect(login.passfile == "/somewhere/pgpass")
        #expect(login.applicationName == "pgdoctor-replica")
        #expect(login.sslmode == .disable)
        #expect(login.connectTimeout == .seconds(4))
        #expect(
            settings.checks == [
                .init(query: "SELECT 1"),
                .init(query: "SELECT count(*) FROM t", comparison: .init(symbol: .less, expected: "10")),
            ])
        #expect(settings.interval == .seconds(1))
        #expect(settings.heals)
        #expect(settings.pgpool.pidFile == nil)
    }

    @Test func whatIsMissingHasADefault() throws {
        try folder.write("pgdoctor.cfg", "")
        let settings = try reader().read().settings
        #expect(settings.port == 8071)
        #expect(settings.pgpoolPort == 9999)
        #expect(settings.pgpoolHost == "127.0.0.1")
        #expect(settings.login == nil)
    }

    @Test func everyErrorIsSaidAtOnce() throws {
        try folder.write(
            "pgdoctor.cfg",
            "http_port = 80710\npg_port = x\n\"SELECT 1\" >= \"1\"\n\"SELECT 2\" < \"b\"\n\"SELECT 3\" =\n")
        #expect(
            complaints(reader()) == [
                "pgdoctor.cfg:1:1: error: [http_port] 80710 is out of range: from 1 to 65535",
                "pgdoctor.cfg:2:1: error: [pg_port] 'x' is not a whole number",
                "pgdoctor.cfg:3:1: error: [check] '>=' is no operator: there are =, < and >",
                "pgdoctor.cfg:4:1: error: [check] 'b' is not a number to compare with",
                "pgdoctor.cfg:5:1: error: a check is \"SQL\", or \"SQL\" = \"value\" with one of =, < and >",
            ])
    }

    @Test func aLineThatIsNeitherKeyNorCheckIsRefusedAndNotRepeated() throws {
        try folder.write("pgdoctor.cfg", whole + "\npg_pasword : tell-nobody\n")
        #expect(
            complaints(reader()) == [
                "pgdoctor.cfg:12:1: error: this is no `key = value` with a known key, and no check in quotes"
            ])
    }

    @Test func aValueThatCannotBeReadIsNotPassedOver() throws {
        try folder.write("pgdoctor.cfg", whole.replacing("'the user'", with: "'the user"))
        #expect(
            complaints(reader()) == [
                "pgdoctor.cfg:6:1: error: [pg_user] cannot be read: quotes do not close, or there is a blank outside of them"
            ])
    }

    @Test func aMissingFileSaysWhatToDo() {
        #expect(
            complaints(reader()) == [
                """
                error: cannot read pgdoctor.cfg: No such file or directory
                note: `pgpool-aurora render-config --apply` installs it; or give another by --config
                """
            ])
    }

    @Test func aSpecIsMissedOnlyIfItWasGiven() throws {
        try folder.write("pgdoctor.cfg", whole)
        #expect(complaints(reader()) == [])
        #expect(
            complaints(reader(spec: "\(folder.path)/none.yaml")).first?
                .hasPrefix("error: cannot read none.yaml: No such file or directory") == true)
    }

    @Test func theSpecsHealthIsTakenOver() throws {
        try folder.write("pgdoctor.cfg", whole)
        let spec = try folder.write(
            "cluster.yaml",
            """
            health:
              listen_addresses: [127.0.0.1, "::1"]
              status_networks: [10.0.0.0/8]
              interval: 500ms
              timeout: 3s
              unhealthy_after: 4s
              healthy_after: 5s
              writer_away: unready
              heal: false
              ec2: {replace_after: 2m, drain: false}
            """)
        let settings = try reader(spec: spec).read().settings
        #expect(settings.listenAddresses == ["127.0.0.1", "::1"])
        #expect(settings.statusNetworks.map(\.description) == ["10.0.0.0/8"])
        #expect(settings.interval == .milliseconds(500))
        #expect(settings.login?.queryTimeout == .seconds(3))
        #expect(
            settings.policy
                == Policy(
                    unhealthyAfter: .seconds(4), healthyAfter: .seconds(5), isReadyWithoutWriter: false,
                    staleAfter: .seconds(14)))
        #expect(!settings.heals)
        #expect(settings.ec2 == Health.EC2(replaceAfter: .seconds(120), drains: false))
    }

    @Test func anErrorOfTheSpecIsSaidWithItsPlace() throws {
        try folder.write("pgdoctor.cfg", whole)
        let spec = try folder.write("cluster.yaml", "health: {interval: 1ms, heel: true}\n")
        #expect(
            complaints(reader(spec: spec)) == [
                "cluster.yaml:1:20: error: [health.interval] 1ms is out of range: from 0.1 seconds to 60.0 seconds",
                "cluster.yaml:1:25: error: [health.heel] unknown key\ncluster.yaml:1:25: note: did you mean heal?",
            ])
    }

    @Test func pgpoolsFilesAreFoundBesideTheRealFile() throws {
        let real = "\(folder.path)/\(String(repeating: "ab", count: 32))"
        try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
        try Data(whole.utf8).write(to: URL(filePath: "\(real)/pgdoctor.cfg"))
        let conf = """
            backend_hostname0 = 'w.example'
            backend_port0 = 5433
            backend_weight0 = 1
            backend_hostname1 = 'r.example'
            backend_weight1 = 10
            pid_file_name = 'pgpool.pid'
            pcp_port = 9700
            num_init_children = 8
            reserved_connections = 1
            max_pool = 2
            app_name_redirect_preference_list = 'pgdoctor-replica:standby'
            """
        try Data(conf.utf8).write(to: URL(filePath: "\(real)/pgpool.conf"))
        let hash = String(repeating: "0", count: 32)
        try Data("pgdoctor:\(hash)\n".utf8).write(to: URL(filePath: "\(real)/pcp.conf"))
        try Data().write(to: URL(filePath: "\(real)/pgdoctor.pgpass"))
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/pgdoctor.cfg", withDestinationPath: "\(real)/pgdoctor.cfg")
        let settings = try reader().read().settings
        #expect(settings.digest == String(repeating: "ab", count: 32))
        let resolved = try #require(SmallFile.resolved(real))
        #expect(settings.login?.passfile == "\(resolved)/pgdoctor.pgpass")
        #expect(settings.pgpool.pidFile == "\(resolved)/pgpool.pid")
        #expect(
            settings.pgpool.pcp
                == PCPClient.Place(address: "127.0.0.1", port: 9700, user: "pgdoctor", hash: hash))
        #expect(settings.pgpool.reserved == 1)
        #expect(settings.pgpool.maxPool == 2)
        #expect(settings.pgpool.readerMissing == "")
        #expect(settings.pgpool.nodes.map(\.host) == ["w.example", "r.example"])
        #expect(settings.pgpool.nodes.map(\.port) == [5433, 5432])
        #expect(settings.pgpool.nodes.map(\.weight) == [1, 10])
    }

    @Test func whyTheReaderCannotBeAskedIsSaid() throws {
        try folder.write("pgdoctor.cfg", whole)
        func reason(_ conf: String) throws -> String {
            try folder.write("pgpool.conf", conf)
            return try reader().read().settings.pgpool.readerMissing
        }
        let two = "backend_hostname0 = 'w'\nbackend_hostname1 = 'r'\n"
        #expect(try reason("backend_hostname0 = 'w'\n") == "pgpool.conf has one backend")
        #expect(
            try reason(two)
                == "pgpool.conf has no app_name_redirect_preference_list = 'pgdoctor-replica:standby'")
        #expect(
            try reason(
                two + "backend_weight1 = 0\napp_name_redirect_preference_list = 'pgdoctor-replica:standby'\n")
                == "no reader has a weight, so no read goes there")
    }

    @Test func aPasswordIsShownNowhere() throws {
        try folder.write("pgdoctor.cfg", whole.replacing("''", with: "tell-nobody"))
        let settings = try reader().read().settings
        #expect(settings.login?.password == "tell-nobody")
        #expect(!"\(settings)".contains("tell-nobody"))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("tell-nobody"))
    }
}
