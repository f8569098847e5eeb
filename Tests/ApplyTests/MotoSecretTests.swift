import Foundation
import MotoServer
import Subprocess
import SystemPackage
import TestPython
import Testing

/// A rotation, with the built tool and moto's Secrets Manager, whose versions and stages are boto3's doing.
@Suite struct MotoSecretTests {
    @Test func aRotationIsFollowedByItsStages() async throws {
        let moto = try await MotoServer.start()
        let host = try Host()
        defer { host.remove() }
        try host.write(
            """
            aurora: {writer: w.example, reader: r.example, max_connections: 1000}
            auth: {users: [{name: app, secret: rotating}]}
            pgpool: {version: "4.5", owner: nobody, children: 20}
            service: {reload: ["true"], restart: ["true"], doctor_reload: ["true"], doctor_restart: ["true"]}
            """, to: "cluster.yaml")
        let variables = [
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "none", "AWS_SESSION_TOKEN": "",
            "AWS_PROFILE": "", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": moto.url,
            "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]
        func logins() -> [String] {
            let text = host.files()?["pool_passwd"].map { String(decoding: $0, as: UTF8.self) } ?? ""
            return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        }

        let missing = try await host.apply(variables: variables)
        #expect(missing.status == 65 && missing.errors.contains("ResourceNotFoundException"), "\(missing.errors)")

        try await boto3(moto, "client.create_secret(Name='rotating', SecretString=login('app', 'one'))")
        let first = try await host.apply(variables: variables)
        #expect(first.status == 0, "\(first.errors)")
        #expect(logins() == ["app:TEXTone"])

        try await boto3(moto, "client.put_secret_value(SecretId='rotating', SecretString=login('app_clone', 'two'))")
        try await host.apply(variables: variables)
        #expect(logins() == ["app:TEXTone", "app_clone:TEXTtwo"])

        try await boto3(moto, "client.put_secret_value(SecretId='rotating', SecretString=login('app', 'three'))")
        try await host.apply(variables: variables)
        #expect(logins() == ["app:TEXTthree", "app_clone:TEXTtwo"])
        await moto.stop()
    }

    private func boto3(_ moto: MotoServer, _ statement: String) async throws {
        let script = """
            import boto3, json
            client = boto3.client('secretsmanager', region_name='eu-west-1', endpoint_url='\(moto.url)',
                aws_access_key_id='AKIAIOSFODNN7EXAMPLE', aws_secret_access_key='none')
            def login(user, password): return json.dumps({'username': user, 'password': password})
            \(statement)
            """
        let result = try await Subprocess.run(
            .path(FilePath(try TestPython.path())), arguments: ["-I", "-c", script], output: .discarded,
            error: .string(limit: 1 << 16))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }
}
