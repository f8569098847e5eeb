extension State {
    mutating func createTags(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let tags = parameters.tags("Tag")
        guard !tags.isEmpty else {
            throw SimulatedError("MissingParameter", "The request must contain the parameter Tag")
        }
        try Parameters.check(tags)
        let ids = parameters.list("ResourceId")
        for id in ids { try tag(id, [:]) }
        for id in ids { try tag(id, tags) }
        return [XML("return", true)]
    }

    private mutating func tag(_ id: String, _ tags: [String: String]) throws(SimulatedError) {
        switch id.prefix(while: { $0 != "-" }) {
        case "i": try tag(id, \.instances, tags)
        case "vol": try tag(id, \.volumes, tags)
        case "ami": try tag(id, \.images, tags)
        case "snap": try tag(id, \.snapshots, tags)
        case "sg": try tag(id, \.groups, tags)
        case "vpc": try tag(id, \.vpcs, tags)
        case "subnet": try tag(id, \.subnets, tags)
        case "rtb": try tag(id, \.routeTables, tags)
        default: throw SimulatedError("InvalidID", "The ID '\(id)' is not valid")
        }
    }

    private mutating func tag<Item: Resource>(
        _ id: String, _ table: WritableKeyPath<State, Table<Item>>, _ tags: [String: String]
    ) throws(SimulatedError) {
        let item = try find(id, in: table)
        try Parameters.check(item.tags.values.merging(tags) { _, last in last })
        let moment = now
        self[keyPath: table].update(id) { $0.tags.set(tags, at: moment) }
    }
}
