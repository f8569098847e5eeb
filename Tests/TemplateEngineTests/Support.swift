import Diagnostics
import TemplateEngine

/// What a template renders to, or its errors as they are printed.
func render(
    _ text: String, _ model: [String: TemplateValue] = [:], partials: [String: String] = [:]
) -> String {
    do throws(DiagnosticsError) {
        var parsed: [String: Template] = [:]
        for (name, text) in partials { parsed[name] = try Template(parsing: text, name: name) }
        return try Template(parsing: text, name: "t.tpl").render(model, partials: parsed)
    } catch {
        return error.description
    }
}
