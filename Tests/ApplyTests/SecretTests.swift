import Foundation
import ScriptedServer
import Testing

/// Passwords from Secrets Manager, with the built tool and a server of the tests.
@Suite struct SecretTests {
    @Test func aSecretIsFetchedFromTheRegionOfItsARNAndInstalled() async throws {
        try await withHost(users: "[{name: app, secret: '\(arn)'}]") { host, service in
            service.give(user: "app", password: "canary-one")
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary-one"])
            #expect(host.lines(of: "pgdoctor.pgpass") == ["127.0.0.1:9999:app:app:canary-one"])
            let request = try #require(service.requests.first)
            #expect(request["x-amz-target"] == "secretsmanager.GetSecretValue")
            #expect(request.text == #"{"SecretId":"\#(arn)","VersionStage":"AWSCURRENT"}"#)
            #expect(request["authorization"]?.contains("/eu-west-3/secretsmanager/aws4_request, ") == true)
            // The version before it is asked for, since it may be another user's.
            #expect(service.requests.map(\.text).last?.contains("AWSPREVIOUS") == true)
            #expect(service.requests.count == 2)
        }
    }

    @Test func aSecondApplyWithoutARotationTellsNobody() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            try await host.apply(variables: service.variables)
            _ = host.takeCalls()
            let result = try await host.apply(variables: service.variables)
            #expect(result.output.hasPrefix("nothing to do"))
            #expect(host.takeCalls() == [])
        }
    }

    @Test func aRotatedPasswordChangesItsFilesAndReloads() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            try await host.apply(variables: service.variables)
            _ = host.takeCalls()
            service.give(user: "app", password: "canary-two", previous: ("app", "canary-one"))
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            #expect(result.output.contains("changed: pool_passwd, pgdoctor.pgpass\n"))
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary-two"])
            #expect(host.takeCalls() == ["reload", "doctor-reload"])
        }
    }

    @Test func usersThatAlternateAreBothThereAndTheDoctorLogsInAsTheCurrentOne() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            try await host.apply(variables: service.variables)
            _ = host.takeCalls()

            service.give(user: "app_clone", password: "canary-two", previous: ("app", "canary-one"))
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            #expect(!result.errors.contains("warning: [auth.users[0].secret]"))
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary-one", "app_clone:TEXTcanary-two"])
            #expect(host.lines(of: "pgdoctor.pgpass") == ["127.0.0.1:9999:app:app_clone:canary-two"])
            #expect(
                host.lines(of: "pool_hba.conf").contains { $0.split(separator: " ").dropFirst(2).first == "app_clone" })
            #expect(host.takeCalls() == ["reload", "doctor-reload"])

            service.give(user: "app", password: "canary-three", previous: ("app_clone", "canary-two"))
            try await host.apply(variables: service.variables)
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary-three", "app_clone:TEXTcanary-two"])
            #expect(host.lines(of: "pgdoctor.pgpass") == ["127.0.0.1:9999:app:app:canary-three"])
        }
    }

    @Test func aSecretOfAnotherUserIsAWarningAndTheyCanLogIn() async throws {
        try await withHost { host, service in
            service.give(user: "dbadmin", password: "canary-one")
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            #expect(
                result.errors.contains(
                    "warning: [auth.users[0].secret] the secret is for 'dbadmin', so 'app' cannot log in"))
            #expect(host.lines(of: "pool_passwd") == ["dbadmin:TEXTcanary-one"])
        }
    }

    @Test func aBareStringIsThePasswordAndAStageIsAskedFor() async throws {
        try await withHost(users: "[{name: app, secret: plain, version_stage: BLUE}]") { host, service in
            service.give(text: "canary {one}\n")
            let result = try await host.apply(["--region", "eu-north-1"], variables: service.variables)
            #expect(result.status == 0)
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary {one}"])
            #expect(service.requests.map(\.text) == [#"{"SecretId":"plain","VersionStage":"BLUE"}"#])
            #expect(service.requests[0]["authorization"]?.contains("/eu-north-1/") == true)
        }
    }

    // MARK: - Trouble

    @Test(arguments: [
        (400, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, "ThrottlingException: Rate exceeded"),
        (503, "", "HTTP status 503"), (200, #"{"ARN": "x", "SecretStr"#, "the answer is no JSON that we read"),
    ])
    func whatMayPassIsAskedAgainAndSaid(status: Int, body: String, said: String) async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            service.fail(.answer(status, text: body), times: 2)
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            let notices = result.errors.split(separator: "\n").filter { $0.contains(said) }
            #expect(notices.count == 2)
            #expect(notices.allSatisfy { $0.hasPrefix("pgpool-aurora: secretsmanager GetSecretValue: ") })
            #expect(notices.allSatisfy { $0.contains("; again in ") })
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary-one"])
        }
    }

    @Test func aServiceThatIsNotThereIsWaitedForUntilTheDeadlineAndNothingIsTouched() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            try await host.apply(variables: service.variables)
            _ = host.takeCalls()
            let before = host.files()
            var variables = service.variables
            variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = "http://127.0.0.1:1"
            let result = try await host.apply(["--secret-timeout", "8"], variables: variables)
            #expect(result.status == 69)
            #expect(result.errors.contains("connection refused; again in "))
            #expect(
                result.errors.contains("error: [auth.users[0].secret] secretsmanager GetSecretValue: cannot connect"))
            #expect(host.files() == before)
            #expect(host.takeCalls() == [])
        }
    }

    @Test func aVersionBeforeThatCannotBeHadNowLosesNobody() async throws {
        try await withHost { host, service in
            service.give(user: "app_clone", password: "canary-two", previous: ("app", "canary-one"))
            try await host.apply(variables: service.variables)
            let before = host.lines(of: "pool_passwd")
            #expect(before.count == 2)
            service.failPrevious(.answer(503), times: 2)
            let passing = try await host.apply(variables: service.variables)
            #expect(passing.status == 0 && passing.output.hasPrefix("nothing to do"), "\(passing)")
            service.failPrevious(.answer(503), times: .max)
            let lasting = try await host.apply(["--secret-timeout", "2"], variables: service.variables)
            #expect(lasting.status == 69)
            #expect(host.lines(of: "pool_passwd") == before)
            // A policy may be for the current version only.
            service.failPrevious(.answer(400, text: #"{"__type":"AccessDeniedException"}"#), times: .max)
            let refused = try await host.apply(variables: service.variables)
            #expect(refused.status == 0)
            #expect(refused.errors.contains("AccessDeniedException"))
            #expect(host.lines(of: "pool_passwd") == ["app_clone:TEXTcanary-two"])
        }
    }

    @Test func secretsOfEachOthersUsersLoseNobody() async throws {
        try await withHost(users: "[{name: app, secret: app-secret}, {name: app_clone, secret: app-secret}]") {
            host, service in
            service.give(user: "app_clone", password: "canary-one")
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            #expect(host.lines(of: "pool_passwd") == ["app_clone:TEXTcanary-one"])
            #expect(host.lines(of: "pgdoctor.pgpass") == ["127.0.0.1:9999:app:app_clone:canary-one"])
        }
    }

    @Test func aWrongSpecIsSaidWithoutAskingAnybody() async throws {
        try await withHost(users: "[{name: app, secret: app-secret, sercet: x}]") { host, service in
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 65)
            #expect(result.errors.contains("sercet"))
            #expect(service.requests.isEmpty)
        }
    }

    @Test func whatGivesCredentialsIsBoundedTooAndFindsNoPassword() async throws {
        try await withHost(users: "[{name: app, secret: app-secret}, {name: other, password_env: OTHER_PASSWORD}]") {
            host, service in
            try host.write(
                "[default]\ncredential_process = sh -c 'env > \(host.folder)/seen; sleep 600'\n", to: "config")
            var variables = service.variables
            variables["AWS_ACCESS_KEY_ID"] = ""
            variables["AWS_SECRET_ACCESS_KEY"] = ""
            variables["AWS_CONFIG_FILE"] = host.folder + "/config"
            variables["OTHER_PASSWORD"] = "canary-environment"
            let begin = ContinuousClock.now
            let result = try await host.apply(["--secret-timeout", "3"], variables: variables)
            #expect(ContinuousClock.now - begin < .seconds(50))
            #expect(result.status == 69)
            #expect(result.errors.contains("no answer within 3 s (the secret app-secret)"))
            let seen = try String(contentsOfFile: host.folder + "/seen", encoding: .utf8)
            #expect(seen.contains("AWS_REGION") && !seen.contains("canary"))
        }
    }

    @Test(arguments: [
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "localhost:4566", "the value is no address of a service"),
        ("AWS_CA_BUNDLE", "/nonexistent/ca.pem", "AWS_CA_BUNDLE: there is no file /nonexistent/ca.pem"),
    ])
    func aWrongSettingIsNamed(variable: String, value: String, said: String) async throws {
        try await withHost { host, service in
            let result = try await host.apply(variables: service.variables.merging([variable: value]) { $1 })
            #expect(result.status == 65)
            #expect(result.errors.contains(variable) && result.errors.contains(said), "\(result.errors)")
        }
    }

    @Test func itIsSaidWhatIsWaitedFor() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            service.fail(.after(.seconds(4), .answer(500)), times: 1)
            let result = try await host.apply(["--secret-timeout", "200"], variables: service.variables)
            #expect(result.status == 0)
            #expect(
                result.errors.hasPrefix(
                    "pgpool-aurora: waiting for Secrets Manager to give app-secret, for at most 200 s\n"))
        }
    }

    @Test func whatWasGrantedJustNowIsWaitedForWhenInstallingOnly() async throws {
        let refusal = #"{"__type":"AccessDeniedException","Message":"User is not authorized to perform it"}"#
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            service.fail(.answer(400, text: refusal), times: 1)
            let preview = try await host.run(
                ["--config", host.spec, "--out", host.folder + "/out"], variables: service.variables)
            #expect(preview.status == 77)
            #expect(
                preview.errors.contains("[auth.users[0].secret] secretsmanager GetSecretValue: AccessDeniedException"))
            #expect(preview.errors.contains("needs secretsmanager:GetSecretValue"))
            service.fail(.answer(400, text: refusal), times: 1)
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 0)
            #expect(result.errors.contains("that may come soon after a start, so asking again for "))
        }
    }

    @Test(arguments: [
        (400, #"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find it"}"#, "no such secret"),
        (200, #"{"ARN":"a","VersionId":"v","SecretBinary":"eA=="}"#, "is binary"),
        (
            200, #"{"ARN":"a","VersionId":"v","SecretString":"{\"user\":\"canary-one\"}"}"#,
            "has no key 'password', but 'user'"
        ),
        (
            200, #"{"ARN":"a","VersionId":"v","SecretString":"{\"password\": canary-one"}"#,
            "looks like JSON, but is broken"
        ),
        (200, #"{"ARN":"a","VersionId":"v","SecretString":"{\"password\": 7}"}"#, "a password that is no string"),
    ])
    func aSecretWithoutAPasswordIsAnErrorOfTheSpec(status: Int, body: String, said: String) async throws {
        try await withHost { host, service in
            service.fail(.answer(status, text: body), times: .max)
            let result = try await host.apply(variables: service.variables)
            #expect(result.status == 65)
            #expect(result.errors.contains(said))
            #expect(result.errors.contains("\(host.spec):2:"))
            #expect(!result.errors.contains("canary-one"))
            #expect(host.files() == nil)
        }
    }

    @Test func theInstancesRoleIsTakenAndWaitedFor() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one")
            service.hideRole(times: 1)
            var variables = service.variables
            variables["AWS_ACCESS_KEY_ID"] = ""
            variables["AWS_SECRET_ACCESS_KEY"] = ""
            variables["AWS_REGION"] = ""
            variables["AWS_EC2_METADATA_DISABLED"] = "false"
            // On a starved machine an answer of loopback may take longer than the second that is usual.
            variables["AWS_METADATA_SERVICE_TIMEOUT"] = "60"
            let result = try await host.apply(variables: variables)
            #expect(result.status == 0)
            #expect(result.errors.contains("no source of credentials is set up"))
            #expect(host.lines(of: "pool_passwd") == ["app:TEXTcanary-one"])
            #expect(service.requests.last?["x-amz-security-token"] == "FAKE-TOKEN")
            // The secret is a name, so the region is the instance's.
            #expect(service.requests.last?["authorization"]?.contains("Credential=FAKEROLEKEY/") == true)
            #expect(service.requests.last?["authorization"]?.contains("/ap-south-1/") == true)
        }
    }

    @Test func noSecretIsPrintedOrHandedOn() async throws {
        try await withHost { host, service in
            service.give(user: "app", password: "canary-one", previous: ("app_clone", "canary-two"))
            try await host.apply(variables: service.variables)
            service.give(user: "app_clone", password: "canary-three", previous: ("app", "canary-one"))
            service.fail(.answer(500, text: "canary-one"), times: 1)
            var shown = ""
            for options in [["--diff"], ["--apply", "--json"], ["--check", "--json"]] {
                let result = try await host.run(
                    ["--config", host.spec, "--root", host.root] + options, variables: service.variables)
                shown += result.output + result.errors
            }
            #expect(shown.contains("app_clone"))
            #expect(!shown.contains("canary") && !shown.contains("FAKE/secret"), "\(shown)")
            // What the services' commands were given: AWS's own variables are whoever's who set them.
            let given = try String(contentsOfFile: host.folder + "/given", encoding: .utf8)
            #expect(given.contains("render-config") && !given.contains("canary"), "\(given)")
        }
    }

    private let arn = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:app-AbCdEf"
}
