import TemplateEngine
import Testing

@Suite struct TemplateTests {
    private static let users = TemplateValue.list([["name": .text("ann")], ["name": .text("bob")]])

    @Test func textWithoutTagsIsItself() {
        for text in ["", "a", "a\n\nb", "{ } {x} }}", "ünï\r\n\t", "'\"\\#"] { #expect(render(text) == text) }
    }

    @Test func variablesAreWrittenAsTheyAre() {
        #expect(render("<{{a}}|{{ b.c-d_1 }}>", ["a": .text("x{{b}}'\n"), "b.c-d_1": .text("")]) == "<x{{b}}'\n|>")
    }

    @Test func sectionsAreRepeatedForEachItem() {
        #expect(render("{{#u}}({{name}}){{/u}}", ["u": TemplateTests.users]) == "(ann)(bob)")
        #expect(render("[{{#u}}x{{/u}}]", ["u": .list([])]) == "[]")
    }

    @Test func flagsShowAndHide() {
        #expect(render("{{#f}}yes{{/f}}{{^f}}no{{/f}}", ["f": .flag(true)]) == "yes")
        #expect(render("{{#f}}yes{{/f}}{{^f}}no{{/f}}", ["f": .flag(false)]) == "no")
    }

    @Test func invertedSectionsShowOnceForAnEmptyList() {
        #expect(render("{{^u}}nobody{{/u}}", ["u": .list([])]) == "nobody")
        #expect(render("{{^u}}nobody{{/u}}", ["u": TemplateTests.users]) == "")
    }

    @Test func theInnermostNameWins() {
        let model: [String: TemplateValue] = ["name": .text("outer"), "u": TemplateTests.users, "x": .text("X")]
        #expect(render("{{name}} {{#u}}{{name}}{{x}} {{/u}}{{name}}", model) == "outer annX bobX outer")
    }

    @Test func sectionsNest() {
        let model: [String: TemplateValue] = [
            "a": .list([["b": .list([["x": .text("1")], ["x": .text("2")]])], ["b": .list([["x": .text("3")]])]])
        ]
        #expect(render("{{#a}}<{{#b}}{{x}}{{/b}}>{{/a}}", model) == "<12><3>")
    }

    @Test func partialsSeeTheNamesAroundThem() {
        #expect(
            render(
                "{{#u}}\n{{>line.tpl}}\n{{/u}}\n", ["u": TemplateTests.users],
                partials: ["line.tpl": "user {{name}}\n"]) == "user ann\nuser bob\n")
        #expect(render("a{{> p }}b", partials: ["p": "-"]) == "a-b")
    }

    @Test func commentsLeaveNothing() {
        #expect(render("a{{! anything: {{ ' # }}b") == "ab")
        #expect(render("a\n  {{! two\nlines }}  \nb") == "a\nb")
        #expect(render("a{{!}}b") == "ab")
    }

    @Test(arguments: [
        // The tag's line disappears.
        ("a\n{{#f}}\nb\n{{/f}}\nc\n", "a\nb\nc\n"),
        ("a\n  {{#f}}  \nb\n\t{{/f}}\t\nc\n", "a\nb\nc\n"),
        ("a\r\n{{#f}}\r\nb\r\n{{/f}}\r\nc\r\n", "a\r\nb\r\nc\r\n"),
        ("{{#f}}\nb\n{{/f}}", "b\n"),
        ("{{#f}}\r\n{{/f}}\r\n", ""),
        ("{{! c }}\na", "a"),
        // Indentation of what is inside stays.
        ("{{#f}}\n  b\n{{/f}}\n", "  b\n"),
        // Not alone on its line: only the tag disappears.
        ("a {{#f}}\nb{{/f}}\n", "a \nb\n"),
        ("{{#f}} b\n{{/f}} \nc", " b\nc"),
        ("{{#f}}{{/f}}\n", "\n"),
        ("a\n{{! c }}b\n", "a\nb\n"),
        // A variable never takes its line with it.
        ("a\n  {{e}}  \nb", "a\n    \nb"),
        // Several standalone lines in a row.
        ("{{#f}}\n{{^g}}\nx\n{{/g}}\n{{/f}}\ny", "x\ny"),
    ])
    func tagsAloneOnTheirLineTakeItWithThem(_ text: String, _ expected: String) {
        #expect(render(text, ["f": .flag(true), "g": .flag(false), "e": .text("")]) == expected)
    }

    @Test func anIndentedPartialLosesItsIndentationAndLineEnd() {
        #expect(render("a\n    {{>p}}\nb\n", partials: ["p": "one\ntwo\n"]) == "a\none\ntwo\nb\n")
    }

    @Test func rendersTheSameTextEachTime() {
        let model: [String: TemplateValue] = ["u": TemplateTests.users, "f": .flag(true)]
        let text = "{{#u}}{{name}} {{/u}}{{#f}}!{{/f}}"
        #expect(Set((0..<20).map { _ in render(text, model) }) == ["ann bob !"])
    }
}
