import TemplateEngine
import Testing

@Suite struct TemplateErrorTests {
    private static let model: [String: TemplateValue] = [
        "name": .text("n"), "flag": .flag(true), "list": .list([["item": .text("i")]]),
    ]

    @Test(arguments: [
        (
            "a\n\n  {{b.c}}\n",
            """
            t.tpl:3:3: error: unknown variable 'b.c'
            t.tpl:3:3: note: the names here are flag, list, name
            """
        ),
        (
            "é\u{1F600}{{nmae}}",
            """
            t.tpl:1:3: error: unknown variable 'nmae'
            t.tpl:1:3: note: did you mean name?
            """
        ),
        (
            "{{#list}}{{itme}}{{/list}}",
            """
            t.tpl:1:10: error: unknown variable 'itme'
            t.tpl:1:10: note: did you mean item?
            """
        ),
        (
            "{{#lists}}{{/lists}}",
            """
            t.tpl:1:1: error: unknown section 'lists'
            t.tpl:1:1: note: did you mean list?
            """
        ),
        (
            "\r\n{{^zzz}}{{/zzz}}",
            """
            t.tpl:2:1: error: unknown section 'zzz'
            t.tpl:2:1: note: the names here are flag, list, name
            """
        ),
        (
            "{{flag}}",
            """
            t.tpl:1:1: error: 'flag' is a section, not a variable
            t.tpl:1:1: note: write {{#flag}}…{{/flag}}
            """
        ),
        (
            "{{#name}}{{/name}}",
            """
            t.tpl:1:1: error: 'name' is a variable, not a section
            t.tpl:1:1: note: write {{name}}
            """
        ),
        ("{{>other}}", "t.tpl:1:1: error: unknown partial 'other'"),
    ])
    func namesThatTheModelDoesNotKnowAreErrors(_ text: String, _ expected: String) {
        #expect(render(text, TemplateErrorTests.model) == expected)
    }

    @Test(arguments: [
        ("a {{name", "t.tpl:1:3: error: this {{ has no }}"),
        ("a {{name}", "t.tpl:1:3: error: this {{ has no }}"),
        ("{{", "t.tpl:1:1: error: this {{ has no }}"),
        ("{{! never closed", "t.tpl:1:1: error: this {{ has no }}"),
        ("\n{{}}", "t.tpl:2:1: error: this tag is empty"),
        ("{{ }}", "t.tpl:1:1: error: ' ' is not a name"),
        ("{{#}}", "t.tpl:1:1: error: '#' is not a name"),
        ("{{a b}}", "t.tpl:1:1: error: 'a b' is not a name"),
        ("{{é}}", "t.tpl:1:1: error: 'é' is not a name"),
        ("{{a\n}}", "t.tpl:1:1: error: 'a\n' is not a name"),
        ("x\n {{#flag}}\ny", "t.tpl:2:2: error: section 'flag' is never closed"),
        ("{{#list}}{{^flag}}{{/list}}", "t.tpl:1:19: error: 'list' is closed here, but 'flag' is open since line 1"),
        ("{{/flag}}", "t.tpl:1:1: error: 'flag' is closed but was never opened"),
        (
            "{{{name}}}",
            "t.tpl:1:1: error: '{{{' is not supported: values are always quoted for the file they stand in"
        ),
        (
            "{{&name}}",
            "t.tpl:1:1: error: '{{&' is not supported: values are always quoted for the file they stand in"
        ),
        (
            "{{=<% %>=}}",
            "t.tpl:1:1: error: '{{=' is not supported: values are always quoted for the file they stand in"
        ),
    ])
    func badTagsAreErrors(_ text: String, _ expected: String) {
        #expect(render(text, TemplateErrorTests.model) == expected)
    }

    @Test func anErrorInAPartialIsPlacedInThePartial() {
        #expect(
            render("{{>p.tpl}}", TemplateErrorTests.model, partials: ["p.tpl": "a\n b {{nam}}"]) == """
                p.tpl:2:4: error: unknown variable 'nam'
                p.tpl:2:4: note: did you mean name?
                """)
        #expect(render("{{>p.tpl}}", partials: ["p.tpl": "{{#x}}"]) == "p.tpl:1:1: error: section 'x' is never closed")
    }

    @Test func partialsThatIncludeThemselvesEnd() {
        #expect(
            render("{{>p}}", partials: ["p": "x\n {{>p}}."])
                == "p:2:2: error: partial 'p' is nested more than 16 deep")
    }

    @Test func sixteenPartialsDeepIsLegal() {
        var partials = ["p16": "end"]
        for depth in 1..<16 { partials["p\(depth)"] = "{{>p\(depth + 1)}}" }
        #expect(render("{{>p1}}", partials: partials) == "end")
    }

    @Test func sectionsNestUpTo32Deep() {
        func nested(_ depth: Int) -> String {
            String(repeating: "{{#flag}}", count: depth) + "x" + String(repeating: "{{/flag}}", count: depth)
        }
        #expect(render(nested(32), TemplateErrorTests.model) == "x")
        #expect(
            render(nested(33), TemplateErrorTests.model)
                == "t.tpl:1:289: error: sections are nested more than 32 deep")
    }
}
