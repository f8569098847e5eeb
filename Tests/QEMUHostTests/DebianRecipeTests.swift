import ImageBuild
import QEMUHost
import Testing

struct DebianRecipeTests {
    private let recipe = DebianRecipe(
        suite: "bookworm", sources: ["deb http://a.example/debian bookworm main"], week: 2900)

    @Test func theDigestIsOverWhatIsInstalledAndNotOverWhereItComesFrom() {
        var other = recipe
        other.sources = ["deb http://b.example/debian bookworm main"]
        other.packages.reverse()
        #expect(other.digest == recipe.digest)
        other.packages.append("nano")
        #expect(other.digest != recipe.digest)
        #expect(DebianRecipe(suite: "trixie", sources: recipe.sources, week: 2900).digest != recipe.digest)
        #expect(recipe.digest.count == 16)
    }

    @Test func theRootIsMadeOfTheseSources() {
        let arguments = recipe.arguments(output: "/tmp/root.tar")
        #expect(arguments.suffix(3) == ["bookworm", "/tmp/root.tar", "deb http://a.example/debian bookworm main"])
        #expect(arguments.first == "--variant=minbase")
        #expect(arguments.contains { $0.hasPrefix("--include=ca-certificates,cloud-init,dbus,") })
    }
}
