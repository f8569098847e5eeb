import AWSClient
import AWSTransport
import Testing

@Suite struct ProxySettingsTests {
    private let proxy = Proxy(host: "proxy.corp", port: 3128)

    private func settings(_ environment: [String: String]) throws -> ProxySettings {
        try ProxySettings(environment: environment)
    }

    private func url(_ text: String) throws -> HTTPURL { try #require(HTTPURL(text)) }

    @Test func anEmptyEnvironmentHasNoProxies() throws {
        #expect(try settings([:]) == ProxySettings())
        #expect(try settings(["https_proxy": "", "HTTPS_PROXY": "http://other:1"]) == ProxySettings())
    }

    @Test func eachSchemeHasItsOwnProxy() throws {
        let read = try settings(["HTTP_PROXY": "http://plain:81", "HTTPS_PROXY": "http://secure:82/"])
        #expect(read == ProxySettings(http: Proxy(host: "plain", port: 81), https: Proxy(host: "secure", port: 82)))
        #expect(try read.proxy(for: url("http://a.test"))?.host == "plain")
        #expect(try read.proxy(for: url("https://a.test"))?.host == "secure")
    }

    @Test func smallLettersComeFirst() throws {
        let read = try settings(["https_proxy": "http://small:1", "HTTPS_PROXY": "http://capital:2"])
        #expect(read.https?.host == "small")
    }

    @Test func aCGIProgramDoesNotTakeAClientsHeader() throws {
        #expect(try settings(["HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"]).http == nil)
        #expect(try settings(["http_proxy": "http://good:1", "REQUEST_METHOD": "GET"]).http?.host == "good")
    }

    @Test(arguments: [
        ("http://proxy.corp:3128", Proxy(host: "proxy.corp", port: 3128)),
        ("proxy.corp:3128", Proxy(host: "proxy.corp", port: 3128)),
        ("HTTP://proxy.corp", Proxy(host: "proxy.corp", port: 80)),
        ("http://[fd00::1]:3128/", Proxy(host: "fd00::1", port: 3128)),
        ("http://me@p:1", Proxy(host: "p", port: 1, credentials: .init(user: "me", password: ""))),
        ("http://me:a%40b:c@p:1", Proxy(host: "p", port: 1, credentials: .init(user: "me", password: "a@b:c"))),
    ])
    func addressesAreRead(text: String, expected: Proxy) throws {
        #expect(try settings(["https_proxy": text]).https == expected)
    }

    @Test(arguments: [
        "https://user:hunter2@proxy:1", "socks5://hunter2@p:1", "http://hunter2:x@", "http://p:hunter2",
        "http://a:%zzhunter2@p:1", "http://:hunter2",
    ])
    func anAddressThatCannotBeUsedIsAnErrorWithoutItsText(text: String) throws {
        let error = #expect(throws: ProxySettings.Invalid.self) { try settings(["HTTPS_PROXY": text]) }
        #expect(error?.variable == "HTTPS_PROXY")
        #expect(error.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test(arguments: [
        ("a.test", "a.test", true), ("a.test", "b.a.test", true), ("a.test", "ba.test", false),
        (".a.test", "b.a.test", true), (".a.test", "a.test", true), ("*.a.test", "b.a.test", true),
        ("A.Test", "a.tEST", true), ("*", "anything", true), ("a.test:8080", "a.test", false),
        ("a.test:443", "a.test", true), ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "110.0.0.1", false),
        ("fd00::1", "[fd00::1]", true), ("[fd00::1]:443", "[fd00::1]", true), ("[fd00::1]:1", "[fd00::1]", false),
        ("x, a.test ,y", "a.test", true), ("x a.test", "a.test", true), ("", "a.test", false), (".", "a.test", false),
    ])
    func exceptionsAreHostsOrTheirEnds(exceptions: String, host: String, isDirect: Bool) throws {
        let read = try settings(["https_proxy": "http://p:1", "NO_PROXY": exceptions])
        #expect(try (read.proxy(for: url("https://\(host)")) == nil) == isDirect)
    }

    @Test(arguments: [
        "http://169.254.169.254", "http://[fd00:ec2::254]", "http://169.254.170.2", "http://169.254.170.23",
        "http://[fd00:ec2::23]", "http://localhost:5000", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:1",
    ])
    func metadataCredentialsAndThisMachineAreReachedDirectly(text: String) throws {
        let settings = ProxySettings(http: proxy, https: proxy)
        #expect(try settings.proxy(for: url(text)) == nil)
    }

    @Test func aNameThatOnlyLooksLocalIsNot() throws {
        let settings = ProxySettings(http: proxy)
        for text in ["http://127.0.0.1.test", "http://notlocalhost", "http://169.254.169.254.test"] {
            #expect(try settings.proxy(for: url(text)) == proxy)
        }
    }

    @Test func noTextOfAProxyHasItsCredentials() {
        let proxy = Proxy(host: "p", port: 1, credentials: .init(user: "hunter1", password: "hunter2"))
        var dumped = ""
        dump(ProxySettings(https: proxy), to: &dumped)
        for text in ["\(proxy)", String(reflecting: proxy), "\(ProxySettings(https: proxy))", dumped] {
            #expect(!text.contains("hunter"))
        }
    }
}
