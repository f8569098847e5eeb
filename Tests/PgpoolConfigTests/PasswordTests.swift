import ClusterSpec
import PgpoolConfig
import Testing

@Suite struct PasswordTests {
    @Test func neverPrintsItself() {
        let password = Password("hunter2")
        var dumped = ""
        dump(password, to: &dumped)
        for text in [
            "\(password)", String(reflecting: password), dumped, "\([password])", "\(Optional(password) as Any)",
        ] {
            #expect(!text.contains("hunter2"))
        }
    }
}
