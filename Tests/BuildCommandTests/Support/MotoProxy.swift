import AWSClient
import AWSTransport
import FoundationEssentials
import MotoServer
import ScriptedServer
import Synchronization

/// Stands before moto and in for what moto lacks:
///
/// - GetConsoleOutput, which is the same text for every instance there: the guest says here that all is well;
/// - the tags of an image's snapshots in CreateImage, which moto refuses with an error of its own: they are left out.
///
/// All else goes to moto as it is. moto's instances run at once, and stop at once; its images are available at once. It has
/// no client tokens, which a build in which nothing is lost does without.
final class MotoProxy: Sendable {
    private let moto: MotoServer
    private let transport = AsyncHTTPTransport(connectTimeout: .seconds(60))
    private let launches = Mutex<[String: String]>([:])
    private let seen = Mutex<[String]>([])

    init(_ moto: MotoServer) {
        self.moto = moto
    }

    /// The operations of EC2 that were asked for.
    var operations: [String] { seen.withLock(\.self) }

    func shutDown() async { await transport.shutDown() }

    func answer(_ request: ReceivedRequest) async -> Action {
        let form = MotoProxy.form(request)
        let operation = form.first { $0.name == "Action" }?.value ?? ""
        if !operation.isEmpty { seen.withLock { $0.append(operation) } }
        switch operation {
        case "GetConsoleOutput":
            let id = form.first { $0.name == "InstanceId" }?.value ?? ""
            return console(of: id)
        case "RunInstances":
            let answer = await forward(request, request.body)
            note(answer, form)
            return .answer(answer)
        case "CreateImage": return .answer(await forward(request, MotoProxy.withoutSnapshotTags(form)))
        default: return .answer(await forward(request, request.body))
        }
    }

    private func forward(_ request: ReceivedRequest, _ body: [UInt8]) async -> Answer {
        guard let url = HTTPURL(moto.url + request.target) else { return Answer(500) }
        let own: Set<String> = ["host", "content-length", "connection", "transfer-encoding", "accept-encoding"]
        let headers = request.headers.filter { !own.contains($0.name.lowercased()) }.map { ($0.name, $0.value) }
        do throws(TransportError) {
            let response = try await transport.send(
                HTTPRequest(request.method, url, headers: HTTPHeaders(headers), body: body))
            let kept = response.headers.fields.filter { field in
                // The answer to HEAD has the length of what it has not got.
                let isLength = field.name.lowercased() == "content-length" && request.method == "HEAD"
                return isLength || !own.contains(field.name.lowercased())
            }
            return Answer(response.status, headers: kept.map { ($0.name, $0.value) }, body: response.body)
        } catch {
            return Answer(502, body: Array("\(error)".utf8))
        }
    }

    // MARK: - Guests

    /// Which build an instance is of.
    private func note(_ answer: Answer, _ form: [Field]) {
        let text = String(decoding: answer.body, as: UTF8.self)
        guard let id = text.firstMatch(of: /<instanceId>(i-[0-9a-f]+)<\/instanceId>/)?.1,
            let key = form.first(where: { $0.value == "pgpool-aurora:build-id" })?.name,
            let build = form.first(where: { $0.name == key.replacing(".Key", with: ".Value") })?.value
        else { return }
        launches.withLock { $0[String(id)] = build }
    }

    private func console(of id: String) -> Action {
        let build = launches.withLock { $0[id] } ?? "nobody"
        let text = """
            [    0.000000] Linux version 6.1.0

            PGPOOL-AURORA \(build) step 1/1 tool
            PGPOOL-AURORA \(build) package openssl 3.2.2

            PGPOOL-AURORA \(build) ok

            """
        let output = Data(text.utf8).base64EncodedString()
        return .answer(
            headers: [("Content-Type", "text/xml;charset=UTF-8")],
            text: """
                <?xml version="1.0" encoding="UTF-8"?>
                <GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">\
                <requestId>00000000-0000-4000-8000-000000000000</requestId><instanceId>\(id)</instanceId>\
                <timestamp>2026-10-14T01:12:41.000Z</timestamp><output>\(output)</output></GetConsoleOutputResponse>
                """)
    }

    // MARK: - Forms

    private struct Field {
        var name: String
        var value: String
        /// As it was sent.
        var text: String
    }

    private static func form(_ request: ReceivedRequest) -> [Field] {
        guard request.method == "POST", request["content-type"]?.contains("form-urlencoded") == true else { return [] }
        return request.text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decode($0.replacing("+", with: " ")) ?? "" }
            return Field(name: parts[0], value: parts.count == 2 ? parts[1] : "", text: String(pair))
        }
    }

    private static func withoutSnapshotTags(_ form: [Field]) -> [UInt8] {
        let types = form.filter { $0.name.hasSuffix(".ResourceType") && $0.value == "snapshot" }
        let unwanted = types.map { String($0.name.dropLast("ResourceType".count)) }
        let kept = form.filter { field in !unwanted.contains { field.name.hasPrefix($0) } }
        return Array(kept.map(\.text).joined(separator: "&").utf8)
    }
}
