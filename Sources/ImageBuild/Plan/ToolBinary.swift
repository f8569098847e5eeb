/// What a program's file says of the machine that it runs on: the beginning of ELF, as far as it tells that.
package struct ToolBinary: Hashable, Sendable {
    /// As EC2 calls it.
    package var architecture: String
    /// The newest symbols of glibc that it needs, such as 2.34; nil when it needs none.
    package var glibc: Version?
    /// The shared libraries that it loads.
    package var libraries: [String]

    package struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
        package var major: Int
        package var minor: Int

        package init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        /// `2.34`, or `2.2.5`, whose last number does not count.
        init?(_ text: Substring) {
            let parts = text.split(separator: ".").map { Int($0) }
            guard parts.count >= 2, let major = parts[0], let minor = parts[1] else { return nil }
            self.init(major, minor)
        }

        package static func < (one: Version, other: Version) -> Bool {
            (one.major, one.minor) < (other.major, other.minor)
        }

        package var description: String { "\(major).\(minor)" }
    }

    /// Reads a 64-bit, little-endian ELF file; nil for any other.
    package init?(_ bytes: [UInt8]) {
        let file = ELFFile(bytes: bytes)
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), let machine = file.half(18) else { return nil }
        switch machine {
        case 62: architecture = "x86_64"
        case 183: architecture = "arm64"
        default: architecture = "machine \(machine)"
        }
        libraries = file.neededLibraries
        glibc = file.neededVersions.filter { $0.hasPrefix("GLIBC_") }
            .compactMap { Version($0.dropFirst("GLIBC_".count)) }.max()
    }
}

/// The places in an ELF file that the dynamic linker reads. Source: elf(5).
private struct ELFFile {
    var bytes: [UInt8]

    func half(_ offset: Int) -> Int? { number(offset, 2) }
    func word(_ offset: Int) -> Int? { number(offset, 4) }
    func long(_ offset: Int) -> Int? { number(offset, 8) }

    private func number(_ offset: Int, _ size: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - size else { return nil }
        let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        return Int(exactly: value)
    }

    private struct Section {
        var type: Int
        var offset: Int
        var size: Int
        var link: Int
        var info: Int
    }

    private var sections: [Section] {
        guard let table = long(40), let size = half(58), let count = half(60), size >= 64, table <= bytes.count else {
            return []
        }
        return (0..<count).compactMap { index in
            let start = table + index * size
            guard let type = word(start + 4), let offset = long(start + 24), let length = long(start + 32),
                let link = word(start + 40), let info = word(start + 44)
            else { return nil }
            // One that is not in the file is empty; what follows keeps its number.
            guard offset <= bytes.count, length <= bytes.count - offset else {
                return Section(type: 0, offset: 0, size: 0, link: 0, info: 0)
            }
            return Section(type: type, offset: offset, size: length, link: link, info: info)
        }
    }

    private func text(_ table: Section, _ offset: Int) -> String? {
        guard offset < table.size else { return nil }
        let start = table.offset + offset
        return String(decoding: bytes[start...].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The entries DT_NEEDED of the dynamic section.
    var neededLibraries: [String] {
        let sections = sections
        guard let dynamic = sections.first(where: { $0.type == 6 }), sections.indices.contains(dynamic.link) else {
            return []
        }
        return stride(from: dynamic.offset, to: dynamic.offset + dynamic.size, by: 16).compactMap { entry in
            guard long(entry) == 1, let name = long(entry + 8) else { return nil }
            return text(sections[dynamic.link], name)
        }
    }

    /// The names of the versions that the section `.gnu.version_r` asks for.
    var neededVersions: [String] {
        let sections = sections
        guard let needs = sections.first(where: { $0.type == 0x6FFF_FFFE }), sections.indices.contains(needs.link)
        else { return [] }
        var names: [String] = []
        var need = needs.offset
        for _ in 0..<needs.info {
            guard let count = half(need + 2), let first = word(need + 8), let next = word(need + 12) else { break }
            var entry = need + first
            for _ in 0..<count {
                guard let name = word(entry + 8), let following = word(entry + 12) else { break }
                if let text = text(sections[needs.link], name) { names.append(text) }
                guard following > 0 else { break }
                entry += following
            }
            guard next > 0 else { break }
            need += next
        }
        return names
    }
}
