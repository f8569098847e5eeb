import AWSClient
import FoundationEssentials
import JSONDocument

/// A call that was understood: of which service, which one, with what.
struct Operation: Sendable {
    var service: ServiceKind
    var name: String
    /// Of the query protocol; what stands for them with the other services.
    var parameters: [String: String]
    var isDryRun = false
    /// What the service does.
    var perform: @Sendable (inout State, _ requestID: String) throws(SimulatedError) -> SimulatedReply

    /// Whether it changes something when it is done.
    var isMutating: Bool {
        !isDryRun && !["Describe", "Get", "Head", "Decode"].contains { name.hasPrefix($0) }
    }

    init(_ request: SimulatedRequest, _ service: ServiceKind) throws(SimulatedError) {
        switch service {
        case .ec2: self = try Operation.ec2(request.form)
        case .sts: self = try Operation.sts(request.form)
        case .ssm: self = try Operation.ssm(request)
        case .s3: self = try Operation.s3(request)
        }
    }

    init(
        _ service: ServiceKind, _ name: String, _ parameters: [String: String],
        _ perform: @escaping @Sendable (inout State, String) throws(SimulatedError) -> SimulatedReply
    ) {
        self.service = service
        self.name = name
        self.parameters = parameters
        self.perform = perform
    }

    private static func ec2(_ form: [String: String]) throws(SimulatedError) -> Operation {
        let name = form["Action"] ?? ""
        guard form["Version"] == "2016-11-15", let handler = State.ec2[name] else {
            throw SimulatedError("InvalidAction", "The action \(name) is not valid for this web service.")
        }
        let parameters = Parameters(form.filter { !["Action", "Version"].contains($0.key) })
        var operation = Operation(.ec2, name, parameters.fields) { state, id throws(SimulatedError) in
            let fields = try handler(&state, parameters)
            let root = XML(
                "\(name)Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"", [XML("requestId", id)] + fields)
            return .xml(root)
        }
        operation.isDryRun = try parameters.flag("DryRun")
        return operation
    }

    private static func sts(_ form: [String: String]) throws(SimulatedError) -> Operation {
        let name = form["Action"] ?? ""
        guard form["Version"] == "2011-06-15", let handler = State.sts[name] else {
            throw SimulatedError("InvalidAction", "Could not find operation \(name) for version 2011-06-15")
        }
        let parameters = Parameters(form)
        return Operation(.sts, name, form) { state, id throws(SimulatedError) in
            let fields = try handler(&state, parameters)
            let root = XML(
                "\(name)Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"",
                [XML("\(name)Result", fields), XML("ResponseMetadata", [XML("RequestId", id)])])
            return .xml(root)
        }
    }

    private static func ssm(_ request: SimulatedRequest) throws(SimulatedError) -> Operation {
        let target = request.headers["x-amz-target"] ?? ""
        let name = String(target.split(separator: ".").last ?? "")
        guard target.hasPrefix("AmazonSSM."), let handler = State.ssm[name] else {
            throw SimulatedError("UnknownOperationException", "")
        }
        guard let root = (try? JSONDocument(parsing: request.body, file: ""))?.root else {
            throw SimulatedError("SerializationException", "")
        }
        let fields = ["Name", "Value", "Type", "DataType", "Description"].compactMap { key in
            root[key]?.text.map { (key, $0) }
        }
        var parameters = Dictionary(fields) { first, _ in first }
        if case .bool(true) = root["Overwrite"]?.content { parameters["Overwrite"] = "true" }
        let call = Parameters(parameters)
        return Operation(.ssm, name, parameters) { state, _ throws(SimulatedError) in
            let answer = try handler(&state, call)
            return SimulatedReply(headers: [("Content-Type", "application/x-amz-json-1.1")], answer.text)
        }
    }
}

extension SimulatedReply {
    static func xml(_ root: XML) -> SimulatedReply {
        SimulatedReply(
            headers: [("Content-Type", "text/xml;charset=UTF-8")],
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(root.document)")
    }
}
