import ClusterSpec
import Diagnostics
import PgpoolConfig
import Testing

/// Judges files as 4.3 would; findings without the notes.
private func lint(
    _ files: [String: String], version: PgpoolVersion = PgpoolVersion(4, 3), mode: UInt32 = 0o600
) -> [String] {
    var files = files
    // What a test does not speak of is there and sound.
    if files["pgpool.conf"] != nil, files["pool_hba.conf"] == nil { files["pool_hba.conf"] = "local all all trust\n" }
    if files["pool_hba.conf"] != nil, files["pool_passwd"] == nil, mode == 0o600 {
        files["pool_passwd"] = "app:TEXTa\n"
    }
    let input = LintInput(
        files: Dictionary(
            uniqueKeysWithValues: files.map { ($0, LintInput.File(path: $0, bytes: Array($1.utf8), mode: mode)) }),
        version: version)
    return ConfigLint.run(input).map { finding in
        var finding = finding
        finding.notes = []
        return finding.description
    }
}

/// What Aurora needs, so that a test sees its own line alone.
private let sound = """
    sr_check_period = 0
    health_check_period = 0
    failover_on_backend_error = off
    failover_on_backend_shutdown = off
    enable_pool_hba = on
    reserved_connections = 1
    ssl = on
    ssl_cert = '/c'

    """

struct PgpoolConfLintTests {
    @Test func aSoundFileHasNoFinding() {
        #expect(lint(["pgpool.conf": sound]) == [])
    }

    @Test(arguments: [
        ("log_statement = offf", "9:17: error: [log_statement] 'offf' is no truth value, and pgpool takes it for on"),
        ("log_statement =", "9:1: error: [log_statement] has no value: pgpool takes the end of the line for it"),
        ("max_pol = 3", "9:1: error: [max_pol] no such parameter; pgpool ignores it without a word"),
        ("MAX_POOL = 3", "9:1: error: [MAX_POOL] no such parameter; pgpool ignores it without a word"),
        (
            "unix_socket_directories = '/tmp'",
            "9:1: error: [unix_socket_directories] Pgpool-II 4.3 ignores this name without a word; it reads socket_dir"
        ),
        (
            "min_spare_children = 3",
            "9:1: error: [min_spare_children] Pgpool-II 4.3 does not know it and ignores it without a word"
        ),
        ("max_pool = 2\nmax_pool = 3", "10:1: warning: [max_pool] stands in line 9 already; this later line wins"),
        ("max_pool = many", "9:12: error: [max_pool] 'many' is not a whole number"),
        ("max_pool = 010", "9:12: warning: [max_pool] pgpool reads it as 8"),
        (
            "health_check_period0 = 10",
            "9:1: error: [health_check_period0] must be 0 with Aurora: Aurora's endpoints move by themselves; pgpool must not detach a node"
        ),
        (
            "backend_hostname0 = 'w'\nbackend_port0 = 5432\nbackend_weight0 = 1\nbackend_flag0 = 'DISALLOW_TO_FAILOVER'",
            "12:1: error: [backend_flag0] lacks ALWAYS_PRIMARY: Aurora owns failover"
        ),
        (
            "backend_hostname1 = 'r'\nbackend_port1 = 5432\nbackend_weight1 = 1",
            "9:1: error: [backend_flag1] lacks DISALLOW_TO_FAILOVER: Aurora owns failover"
        ),
        ("max_pool = 0x10", "9:12: warning: [max_pool] pgpool reads it as 16"),
        ("log_file_mode = 600", "9:17: error: [log_file_mode] 600 is read as a decimal number"),
        (
            "log_line_prefix = \"%m\"",
            "9:19: error: [log_line_prefix] pgpool knows single quotes only, so the value is the quote itself"
        ),
        ("log_line_prefix = 'it''s'", "9:23: error: pgpool refuses the file here: ''s'' where a key is expected"),
        ("log_line_prefix = /tmp", "9:20: error: [tmp] no such parameter; pgpool ignores it without a word"),
        ("include = 'other.conf'", "9:1: warning: [include] includes another file, which is not followed here"),
        (
            "logdir = 'var'",
            "9:1: error: [logdir] needs an absolute path: a relative one depends on where pgpool is started from"
        ),
        (
            "app_name_redirect_preference_list = 'a'",
            "9:1: error: [app_name_redirect_preference_list] 'a' is not a redirection"
        ),
        (
            "backend_application_name0 = '\(String(repeating: "x", count: 63))'",
            "9:29: error: [backend_application_name0] is 63 bytes long; pgpool cuts it at 62"
        ),
        (
            "log_destination = 'stderr, syslog'",
            "9:1: error: [log_destination] is stderr, syslog or both as 'stderr,syslog', in lower case and without blanks"
        ),
        (
            "write_function_list = 'a, b'",
            "9:1: error: [write_function_list] Pgpool-II 4.3 keeps the blanks around an item, which then never matches"
        ),
        (
            "delegate_IP = ''\nwd_priority = 1 # no end",
            "10:17: error: pgpool refuses the file here: '#' where a key is expected"
        ),
    ])
    func eachMistakeIsFoundInItsPlace(_ line: String, _ finding: String) {
        let text = sound + line + (line.hasSuffix("no end") ? "" : "\n")
        #expect(lint(["pgpool.conf": text]).contains("pgpool.conf:\(finding)"), "\(lint(["pgpool.conf": text]))")
    }

    @Test func whatAuroraNeedsIsMissedEvenWhereItIsADefault() {
        let findings = lint(["pgpool.conf": "port = 9999\n"])
        // Four settings, and a pool_hba.conf that is dead text.
        #expect(findings.count == 5)
        #expect(
            findings.contains {
                $0.contains("[sr_check_period] is not set, and its default is 10; with Aurora it must be 0")
            })
        #expect(findings.contains { $0.contains("[enable_pool_hba] is not set, and its default is off") })
        #expect(findings.contains { $0.contains("[failover_on_backend_error] is not set, and its default is on") })
        #expect(findings.contains { $0.contains("[reserved_connections] must be at least 1") })
    }

    @Test func aSecretThatEverybodyCanReadIsFound() {
        let text = sound + "sr_check_password = 'canary'\n"
        let findings = lint(["pgpool.conf": text], mode: 0o644)
        #expect(
            findings.count == 1 && findings[0].contains("error: [mode] sr_check_password is a secret, and every user"))
        #expect(!findings.joined().contains("canary"))
        #expect(lint(["pgpool.conf": text], mode: 0o640) == [])
    }

    @Test func aMissingFileThatLocksEverybodyOutIsFound() {
        func findings(_ files: [String: String]) -> [String] {
            let lintFiles = files.map { ($0, LintInput.File(path: $0, bytes: Array($1.utf8), mode: 0o600)) }
            return ConfigLint.run(
                LintInput(files: Dictionary(uniqueKeysWithValues: lintFiles), version: PgpoolVersion(4, 3))
            ).map(\.description)
        }
        #expect(
            findings(["pgpool.conf": sound]) == [
                "pgpool.conf:1:1: error: [pool_hba.conf] is not there, so every client is refused, while the port stays open"
            ])
        #expect(
            findings(["pgpool.conf": sound, "pool_hba.conf": "host all all 10.0.0.0/8 scram-sha-256\n"]) == [
                "pgpool.conf:1:1: error: [pool_passwd] is not there, so nobody can log in by the methods of pool_hba.conf"
            ])
    }

    @Test(arguments: [
        "recovery_password = \"canary\"", "wd_authkey = a canary", "sr_check_password = 'canary",
        "sr_check_password = 'a''canary'",
    ])
    func noFindingRepeatsAPieceOfASecret(_ line: String) {
        let findings = lint(["pgpool.conf": sound + line + "\n"])
        #expect(!findings.isEmpty && !findings.joined().contains("canary"), "\(findings)")
    }

    @Test func aVersionBelowTheFloorIsFound() {
        let findings = lint(["pgpool.conf": sound], version: PgpoolVersion(4, 3, 14))
        #expect(
            findings == [
                "pgpool.conf:1:1: error: [version] Pgpool-II 4.3.14 has an authentication bypass (CVE-2025-46801), fixed in 4.3.15"
            ])
    }
}

struct PoolHBALintTests {
    @Test(arguments: [
        ("host all all 10.0.0.0/8 scram", "1:1: error: 'scram' is not an authentication method"),
        ("HOST all all 10.0.0.0/8 md5", "1:1: error: 'HOST' is not a connection type"),
        ("host all all 10.0.0.0/33 md5", "1:1: error: '/33' is not a prefix length: it is from 0 to 32"),
        ("host all all 127.0.0.1 md5", "1:1: error: 'md5' is not a mask for 127.0.0.1"),
        ("host all all", "1:1: error: the line ends before the address"),
        ("# nothing", "1:1: error: there is no record in this file"),
        ("host all all 0.0.0.0/0 trust", "1:1: warning: [host] lets everybody in without a password"),
        ("host all all 10.0.0.0/8 password", "1:1: error: [host] asks for the password in clear text without TLS"),
        (
            "host \"all\" app 10.0.0.0/8 md5",
            "1:1: warning: [host] \"all\" in quotes is a name like any other, and means nobody else"
        ),
        ("host all +admins 10.0.0.0/8 md5", "1:1: error: [host] can never match: pgpool knows no groups (+admins)"),
        (
            "host samerole all 10.0.0.0/8 md5",
            "1:1: error: [host] can never match: pgpool knows neither samegroup nor samerole"
        ),
        ("host all all 10.1.2.3/8 md5", "1:1: warning: [host] 10.1.2.3/8 means the whole network"),
        (
            "host all all 10.0.0.0/8 md5\nhostssl app app 10.1.0.0/16 md5",
            "2:1: warning: [hostssl] can never match: line 1 takes all that it would"
        ),
        (
            "host all all all md5\nhost all all 10.0.0.0/8 reject",
            "2:1: warning: [host] can never match: line 1 takes all that it would"
        ),
    ])
    func eachMistakeIsFoundInItsPlace(_ text: String, _ finding: String) {
        let findings = lint(["pool_hba.conf": text + "\n"])
        #expect(findings.contains("pool_hba.conf:\(finding)"), "\(findings)")
    }

    @Test func noFindingRepeatsAPieceOfAnLDAPPassword() {
        let findings = lint(["pool_hba.conf": "host all all 10.0.0.0/8 ldap ldapserver=x ldapbindpasswd=my canary\n"])
        #expect(!findings.isEmpty && !findings.joined().contains("canary"), "\(findings)")
    }

    @Test(arguments: [
        "hostssl all all 10.0.0.0/8 md5\nhost all all 10.0.0.0/8 md5",
        "host app all 10.0.0.0/8 md5\nhost all all 10.0.0.0/8 md5",
        "host all all 10.1.0.0/16 md5\nhost all all 10.0.0.0/8 md5",
        "host all all fd00::/8 md5\nhost all all 10.0.0.0/8 md5",
        "local all all trust\nhost all all 10.0.0.0/8 md5", "host all a,b 10.0.0.0/8 md5\nhost all a,c 10.0.0.0/8 md5",
    ])
    func aLineThatCanMatchIsNotFound(_ text: String) {
        #expect(lint(["pool_hba.conf": text + "\n"]) == [])
    }

    @Test func hostsslNeedsACertificate() {
        let hba = "hostssl all all 10.0.0.0/8 md5\n"
        #expect(
            lint(["pgpool.conf": sound.replacing("ssl_cert = '/c'\n", with: ""), "pool_hba.conf": hba]) == [
                "pool_hba.conf:1:1: error: [hostssl] can never match: pgpool has no certificate (ssl_cert), so no client comes by TLS"
            ])
        #expect(
            lint(["pgpool.conf": sound.replacing("ssl = on", with: "ssl = off"), "pool_hba.conf": hba]) == [
                "pool_hba.conf:1:1: error: [hostssl] can never match: ssl is off in pgpool.conf"
            ])
    }

    @Test func anMD5EntryCannotServeSCRAM() {
        let findings = lint([
            "pool_hba.conf": "host all all 10.0.0.0/8 scram-sha-256\n",
            "pool_passwd": "app:md50123456789abcdef0123456789abcdef\n",
        ])
        #expect(findings.contains { $0.contains("'app' has an MD5 entry in pool_passwd, which cannot serve SCRAM") })
    }
}

struct SecretFilesLintTests {
    @Test(arguments: [
        ("app", "1:1: error: [pool_passwd] has no colon, so it is nobody's password"),
        ("app:", "1:1: error: [pool_passwd] has no password, so pgpool passes over it"),
        (
            "app:canary",
            "1:1: warning: [pool_passwd] has no prefix: a password that begins with TEXT, AES or md5 is misread"
        ),
        ("app:TEXTcanary\r", "1:1: error: [pool_passwd] ends in a carriage return, which becomes part of the password"),
        ("app:TEXTcanary ", "1:1: warning: [pool_passwd] ends in a blank, which is part of the password"),
        (
            "# c:TEXTcanary",
            "1:1: warning: [pool_passwd] this file has no comments: it is the password of the user '# c'"
        ),
        (
            "app:TEXTcanary\napp:TEXTcanary2",
            "2:1: warning: [pool_passwd] 'app' stands in line 1 already, and the first line counts"
        ),
        (
            "app:SCRAM-SHA-256$canary",
            "1:1: error: [pool_passwd] a SCRAM verifier is of no use here: pgpool needs the password itself"
        ),
        (
            "app:TEXT\(String(repeating: "canary", count: 21))",
            "1:1: error: [pool_passwd] the entry is 130 bytes long; pgpool silently cuts it at 128"
        ),
    ])
    func poolPasswd(_ text: String, _ finding: String) {
        let findings = lint(["pool_passwd": text + "\n"])
        #expect(findings == ["pool_passwd:\(finding)"])
        #expect(!findings.joined().contains("canary"))
    }

    @Test(arguments: [
        ("pgpool", "has no colon, so nobody after it can log in"),
        ("pgpool:secret", "is not followed by an MD5 hash, so it never logs in"),
        ("pgpool:0123456789ABCDEF0123456789ABCDEF", "the hash has upper-case digits, so it never logs in"),
        ("pgpool:0123456789abcdef0123456789abcdef ", "ends in a blank or a carriage return, so it never logs in"),
    ])
    func pcpConf(_ text: String, _ finding: String) {
        #expect(lint(["pcp.conf": "# sound\n\n\(text)\n"]) == ["pcp.conf:3:1: error: [pcp.conf] \(finding)"])
    }

    @Test func openFilesAreFound() {
        #expect(
            lint(["pool_passwd": "app:TEXTa\n"], mode: 0o644) == [
                "pool_passwd:1:1: error: [mode] it holds passwords, and every user of this machine can read it (mode 0644)"
            ])
        #expect(
            lint(["pgdoctor.pgpass": "h:1:d:u:p\n"], mode: 0o640) == [
                "pgdoctor.pgpass:1:1: error: [mode] libpq ignores a password file that others can read"
            ])
        #expect(
            lint(["pgdoctor.pgpass": "h:1:d\n"]) == [
                "pgdoctor.pgpass:1:1: error: [pgdoctor.pgpass] is not host:port:database:user:password"
            ])
    }
}

struct PgdoctorLintTests {
    private static let soundConfig = """
        http_port = 8071
        syslog_facility = local7
        pg_host = 127.0.0.1
        pg_port = 9999
        pg_user = app
        pg_password = ''
        pg_database = app
        pg_connection_timeout = 3
        "SELECT 1"

        """

    @Test func aSoundFileHasNoFinding() {
        #expect(lint(["pgdoctor.cfg": Self.soundConfig]) == [])
    }

    @Test(arguments: [
        (
            "pg_password = ''", "pg_password = ab#canary",
            "6:1: error: [pg_password] a # cuts the password, so the health check never logs in"
        ),
        (
            "pg_password = ''", "pg_password = ab=canary",
            "6:1: error: [pg_password] an = cuts the password, so the health check never logs in"
        ),
        (
            "pg_password = ''", "pg_password = ab\\canary",
            "6:1: error: [pg_password] a \\ is eaten from the password, so the health check never logs in"
        ),
        (
            "pg_password = ''", "pg_password = 'canary",
            "6:1: error: [pg_password] a quote at the start is taken for the start of a quoted string, so the health check never logs in"
        ),
        (
            "pg_password = ''", "pg_password = ab canary",
            "6:1: error: [pg_password] a blank ends the password, so the health check never logs in"
        ),
        (
            "pg_password = ''", "pg_password = canary",
            "6:1: warning: [pg_password] the C pgdoctor writes the password to syslog"
        ),
        (
            "pg_password = ''", "pg_password =",
            "6:1: error: [pg_password] is empty, so libpq takes the next word for the password"
        ),
        ("pg_port = 9999", "pg_port =", "4:1: error: [pg_port] is empty, which crashes the C pgdoctor"),
        ("pg_user = app", "", "1:1: error: [pg_user] is missing: the C pgdoctor has no default and reads garbage"),
        (
            "pg_user = app", "pg_usr = app",
            "5:1: error: [pg_usr] is no key, so the whole line is taken for an SQL check, which fails"
        ),
        (
            "pg_database = app", "pg_database = postgres",
            "7:1: warning: [pg_database] pgpool never pools connections to 'postgres'"
        ),
        (
            "pg_connection_timeout = 3", "pg_connection_timeout = 10",
            "8:1: error: [pg_connection_timeout] 10 s is not below the 5 s that the load balancer waits"
        ),
        (
            "\"SELECT 1\"", "\"SELECT 1\" != \"2\"",
            "9:1: error: [check] '!=' is no operator, and the check always passes"
        ),
        (
            "\"SELECT 1\"", "\"SELECT 1\" =",
            "9:1: error: [check] the C pgdoctor stops at start: a check is \"SQL\" or \"SQL\" = \"value\""
        ),
        (
            "\"SELECT 1\"", "pg_max_replication_lag = 3",
            "9:1: error: [pg_max_replication_lag] Amazon Linux's pgdoctor takes this line for an SQL check, which fails"
        ),
    ])
    func eachMistakeIsFoundInItsPlace(_ old: String, _ new: String, _ finding: String) {
        let findings = lint(["pgdoctor.cfg": Self.soundConfig.replacing(old, with: new)])
        #expect(findings.contains("pgdoctor.cfg:\(finding)"), "\(findings)")
        #expect(!findings.joined().contains("canary"))
    }

    @Test func thePortsMustBeTheSame() {
        #expect(
            lint(["pgdoctor.cfg": Self.soundConfig, "pgpool.conf": sound + "port = 5433\n"]) == [
                "pgdoctor.cfg:4:1: error: [pg_port] is 9999, but pgpool listens on 5433"
            ])
    }
}
