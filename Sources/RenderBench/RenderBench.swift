import ClusterSpec
import Diagnostics
import FoundationEssentials
import Glibc
import PgpoolConfig
import Templates
import YAMLDocument

/// Renders one spec over and over on one thread and prints how many a second of that thread's own time, which other work
/// of the machine does not lengthen much: `RenderBench FILE [SECONDS]`.
///
/// Each round does all that a rendering does but for reading and writing files: from the spec's bytes to the texts of all
/// files, read back and compared. The templates are parsed once, as a program that renders many specs would do it.
@main
enum RenderBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard (2...3).contains(arguments.count), let seconds = Double(arguments.count == 3 ? arguments[2] : "2"),
            seconds > 0
        else {
            print("usage: RenderBench FILE [SECONDS]")
            return
        }
        let file = arguments[1]
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let templates = try TemplateSet(Templates.all)
        try render(bytes, file: file, templates)

        let begin = threadSeconds()
        var count = 0
        while threadSeconds() < begin + seconds {
            try render(bytes, file: file, templates)
            count += 1
        }
        print(Int(Double(count) / (threadSeconds() - begin)))
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func render(_ bytes: [UInt8], file: String, _ templates: TemplateSet) throws(DiagnosticsError) {
        let document = try YAMLDocument(parsing: bytes, file: file)
        let spec = try ClusterSpec(document)
        let passwords = Dictionary(
            uniqueKeysWithValues: spec.auth.users.map { ($0.name.value, Password("0%x#y:z'\\ of \($0.name.value)")) })
        let input = RenderInput(
            spec: spec, version: spec.pgpool.version?.value ?? .newest, layout: .folder, passwords: passwords,
            pcpHash: String(repeating: "0123456789abcdef", count: 2))
        let rendering = try Rendering(input, templates: templates)
        precondition(rendering.files.count == 6)
    }
}
