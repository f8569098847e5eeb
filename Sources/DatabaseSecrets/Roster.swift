import ClusterSpec
package import PgpoolConfig

/// Who can log in, according to what the spec's entries and their secrets say.
package struct Roster: Sendable {
    /// An entry of `auth.users` whose password is known.
    package struct Entry: Sendable {
        /// The name in the spec.
        package var name: String
        package var logins: SecretFetcher.Logins

        package init(name: String, logins: SecretFetcher.Logins) {
            self.name = name
            self.logins = logins
        }
    }

    /// Somebody who can log in, and the entry that says so.
    package struct Member: Sendable {
        package var name: String
        package var password: Password
        package var entry: Int
    }

    /// What is wrong with an entry.
    package struct Problem: Hashable, Sendable {
        package var entry: Int
        package var isError: Bool
        package var message: String
        package var notes: [String]
    }

    /// Each name once: the current ones in the order of the entries, then those of a version before.
    package private(set) var members: [Member] = []
    /// The name under which an entry's user logs in now.
    package private(set) var currentNames: [String: String] = [:]
    package private(set) var problems: [Problem] = []

    package init(_ entries: [Entry]) {
        for (index, entry) in entries.enumerated() { addCurrent(of: entry, index, entries) }
        for (index, entry) in entries.enumerated() { addPrevious(of: entry, index) }
        for (index, entry) in entries.enumerated() {
            if let problem = entry.logins.previousProblem {
                warn(index, problem, "who it names is left out, and cannot log in")
            }
            guard let current = currentNames[entry.name], !members.contains(where: { $0.name == entry.name }) else {
                continue
            }
            warn(
                index, "the secret is for \(Roster.quoted(current)), so \(Roster.quoted(entry.name)) cannot log in",
                "name the user that the secret names, unless its rotation alternates between users")
        }
    }

    private mutating func addCurrent(of entry: Entry, _ index: Int, _ entries: [Entry]) {
        let name = entry.logins.current.user ?? entry.name
        if let objection = Roster.objection(to: name) {
            return fail(index, "the secret's username \(objection)")
        }
        currentNames[entry.name] = name
        let member = Member(name: name, password: entry.logins.current.password, entry: index)
        guard let place = members.firstIndex(where: { $0.name == name }) else { return members.append(member) }
        let other = members[place]
        guard other.password.clearText != member.password.clearText else { return }
        switch (entries[other.entry].name == name, entry.name == name) {
        // Who has an entry of their own has their password there.
        case (true, _):
            warn(
                index, "the secret has another password for \(Roster.quoted(name)) than their own entry",
                "that is taken")
        case (_, true):
            warn(
                other.entry, "the secret has another password for \(Roster.quoted(name)) than their own entry",
                "that is taken")
            members[place] = member
        case (false, false):
            fail(
                index,
                "the secret has another password for \(Roster.quoted(name)) than the secret of"
                    + " \(Roster.quoted(entries[other.entry].name))")
        }
    }

    private mutating func addPrevious(of entry: Entry, _ index: Int) {
        guard let previous = entry.logins.previous, let name = previous.user else { return }
        if let place = members.firstIndex(where: { $0.name == name }) {
            // One of a version before, too, or somebody who has a current password, which is then the better one.
            guard members[place].password.clearText != previous.password.clearText,
                currentNames[entry.name] != name, !currentNames.values.contains(name)
            else { return }
            return warn(
                index, "the version before has another password for \(Roster.quoted(name)) than that of another secret",
                "the first one is taken")
        }
        var reason = Roster.objection(to: name).map { "has a username that \($0)" }
        if reason == nil {
            do throws(Malformed) { try previous.password.check() } catch { reason = error.message }
        }
        if let reason {
            return warn(index, "the secret's version before \(reason)", "who it names is left out, and cannot log in")
        }
        members.append(Member(name: name, password: previous.password, entry: index))
    }

    private mutating func warn(_ entry: Int, _ message: String, _ note: String) {
        problems.append(Problem(entry: entry, isError: false, message: message, notes: [note]))
    }

    private mutating func fail(_ entry: Int, _ message: String) {
        problems.append(Problem(entry: entry, isError: true, message: message, notes: []))
    }

    /// Why a name is none of a user; nil when it is one.
    private static func objection(to name: String) -> String? {
        do throws(Malformed) {
            _ = try Parse.postgresName(name)
            return nil
        } catch {
            return error.message
        }
    }

    /// A name that has been checked, for a message.
    private static func quoted(_ name: String) -> String { "'\(name)'" }
}
