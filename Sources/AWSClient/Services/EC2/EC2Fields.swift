/// What an element of an answer of EC2 says.
typealias EC2Fields = XMLFields

extension XMLFields {
    func word<Word: EC2Word>(_ name: String) -> Word? { text(name).map { Word($0) } }

    func requiredWord<Word: EC2Word>(_ name: String) throws(AWSError) -> Word { Word(try required(name)) }

    /// The tags, as EC2 lists them.
    var tags: EC2.Tags {
        let pairs = items("tagSet").compactMap { tag in tag.text("key").map { ($0, tag.text("value") ?? "") } }
        return Dictionary(pairs) { first, _ in first }
    }
}
