import AWSClient
import Testing

@Suite struct HTTPURLTests {
    @Test(arguments: [
        ("http://127.0.0.1:5000", "127.0.0.1:5000", "/"),
        ("https://h", "h", "/"),
        ("HTTPS://Host.Example:443/", "Host.Example", "/"),
        ("http://h:443/a/b", "h:443", "/a/b"),
        ("https://h:80", "h:80", "/"),
        ("http://[::1]:80/x", "[::1]", "/x"),
        ("http://[fd00:ec2::254]:8080", "[fd00:ec2::254]:8080", "/"),
        ("http://[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", "/"),
        ("http://h/a%20b//c/?", "h", "/a%20b//c/"),
        ("http://h#f", "h", "/"),
        ("http://h/p?q=1#f", "h", "/p?q=1"),
        ("http://h?a=1&b&c=&=d&&a=2", "h", "/?a=1&b=&c=&=d&a=2"),
        ("http://h/?a=b=c&d=%C3%BC+%2B", "h", "/?a=b%3Dc&d=%C3%BC%2B%2B"),
        ("http://h:1/a:b@c", "h:1", "/a:b@c"),
        ("http://my_host-1", "my_host-1", "/"),
    ])
    func readsAnAddress(text: String, authority: String, target: String) throws {
        let url = try #require(HTTPURL(text))
        #expect(url.authority == authority)
        #expect(url.target == target)
        #expect(HTTPURL(url.description)?.description == url.description)
    }

    @Test(arguments: [
        "", "h", "/", "://h", "ftp://h", "file:///etc/passwd", "http:", "http:/h", "http://", "http:///p", "http://:80",
        "http://h:", "http://h:0", "http://h:65536", "http://h:-1", "http://h:+80", "http://h:8x", "http://h: 80",
        "http://h:٣", "http://h:80:80", "http://user@h", "http://user:secret@h/", "http://a\\@h", "http://a b",
        "http://h\r\nX: y", "http://h\u{0}", "http://hö", "http://%68", "http://[::1", "http://[::1]x", "http://[]",
        "http://[h]", "http://[::1%25eth0]", "http://::1", "http://h/a b", "http://h/ü", "http://h/\r\nX: y",
        "http://h/%", "http://h/%4", "http://h/%zz", "http://h/%ff", "http://h/?a=%", "http://h/?%ff=1",
        "http://h/?a=%4z", "http://*", "http://h,i", " http://h", "http ://h", "http://h\u{301}", "http:\u{301}//h",
    ])
    func refusesWhatIsNoAddress(text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test func aLongAddressIsReadInBoundedTime() {
        let text = "http://h/?" + String(repeating: "a=b&", count: 20_000)
        #expect(ContinuousClock().measure { _ = HTTPURL(text) } < .seconds(60))
        #expect(HTTPURL("http://" + String(repeating: "[", count: 100_000)) == nil)
    }
}
