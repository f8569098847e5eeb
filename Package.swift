// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "pgpool-aurora",
    products: [
        .executable(name: "pgpool-aurora", targets: ["pgpool-aurora"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // System libraries. libyaml is linked statically, so that the binary needs no package at run time; pkg-config
        // would add the shared one.
        .systemLibrary(name: "CLibYAML", providers: [.apt(["libyaml-dev"])]),

        // expat, linked statically for the same reason.
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),

        // zlib, to compress what instances are told.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // libpq, opened at first use.
        .target(name: "CLibPQ"),

        // Signals by pidfd, which glibc 2.34 has no functions for.
        .target(name: "CProcess"),

        // The few C symbols that keep the binary at glibc 2.34.
        .target(name: "CPortable"),

        // The files of a target's folder, put into the binary as (path, text).
        .executableTarget(name: "EmbedTool"),
        .plugin(name: "Embed", capability: .buildTool(), dependencies: ["EmbedTool"]),

        // Pure parts.
        .target(name: "Diagnostics"),
        .target(name: "YAMLDocument", dependencies: ["Diagnostics", "CLibYAML"]),
        .target(name: "ClusterSpec", dependencies: ["Diagnostics", "YAMLDocument"]),
        .target(name: "TemplateEngine", dependencies: ["Diagnostics"]),
        .target(name: "Templates", path: "templates", plugins: ["Embed"]),
        .target(
            name: "PgpoolConfig",
            dependencies: ["Diagnostics", "ClusterSpec", "TemplateEngine", "Templates"],
            plugins: ["Embed"]),

        // What the doctor concludes from its probes, and how it says so.
        .target(name: "HealthDecision"),

        // JSON with places, to read messages and to change a file in place.
        .target(name: "JSONDocument", dependencies: ["Diagnostics"]),

        // AWS: what is said, and over AsyncHTTPClient how it gets there.
        .target(
            name: "AWSClient",
            dependencies: ["CExpat", "Diagnostics", "JSONDocument", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "AWSTransport",
            dependencies: [
                "AWSClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(
            name: "StackParameters", dependencies: ["Diagnostics", "JSONDocument", "LocalFiles", "YAMLDocument"]),
        // The CloudFormation template of the stack.
        .target(
            name: "StackTemplate",
            dependencies: [
                "ClusterSpec", "Diagnostics", "JSONDocument", "PgpoolConfig", "StackParameters", "YAMLDocument",
            ]),
        .target(
            name: "DatabaseSecrets",
            dependencies: ["AWSClient", "ClusterSpec", "Diagnostics", "JSONDocument", "PgpoolConfig"]),

        // The outside.
        .target(name: "LocalFiles", dependencies: [.product(name: "SystemPackage", package: "swift-system")]),
        .target(
            name: "ConfigInstall",
            dependencies: [
                "ClusterSpec", "LocalFiles", "PgpoolConfig", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // Building images: what runs in the guest, and the plan, the journal, the flow and the hosts.
        .target(name: "Provisioning", path: "ami", plugins: ["Embed"]),
        .target(
            name: "ImageBuild",
            dependencies: [
                "AWSClient", "ClusterSpec", "CZlib", "Diagnostics", "JSONDocument", "LocalFiles", "Provisioning",
                "StackParameters", "Templates",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // Building on a virtual machine of this machine's, with QEMU.
        .target(
            name: "QEMUHost",
            dependencies: [
                "AWSClient", "ClusterSpec", "CProcess", "Diagnostics", "ImageBuild", "JSONDocument", "LocalFiles",
                "YAMLDocument",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // Deploying a stack: change sets, events, rollbacks, deletion.
        .target(
            name: "StackDeploy",
            dependencies: [
                "AWSClient", "Diagnostics", "JSONDocument", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "Postgres", dependencies: ["CLibPQ"]),
        .target(
            name: "Doctor",
            dependencies: [
                "ClusterSpec", "Diagnostics", "HealthDecision", "PgpoolConfig", "Postgres", "YAMLDocument", "CProcess",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        // What the doctor does besides on an instance of the stack.
        .target(
            name: "DoctorOnEC2",
            dependencies: [
                "AWSClient", "ClusterSpec", "Diagnostics", "Doctor", "HealthDecision",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "pgpool-aurora",
            dependencies: [
                "AWSClient", "AWSTransport", "ClusterSpec", "ConfigInstall", "CPortable", "DatabaseSecrets",
                "Diagnostics", "Doctor", "DoctorOnEC2", "ImageBuild", "JSONDocument", "LocalFiles", "PgpoolConfig",
                "Postgres", "Provisioning", "QEMUHost", "StackDeploy", "StackParameters", "StackTemplate",
                "TemplateEngine",
                "Templates",
                "YAMLDocument",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            linkerSettings: [.linkedLibrary(":libyaml.a"), .linkedLibrary(":libexpat.a")]),

        // What scripts/bench measures in process.
        .executableTarget(
            name: "RenderBench",
            dependencies: ["Diagnostics", "YAMLDocument", "ClusterSpec", "Templates", "PgpoolConfig"],
            linkerSettings: [.linkedLibrary(":libyaml.a")]),

        // Tests. RealCluster runs PostgreSQL and pgpool on loopback.
        .target(
            name: "RealCluster",
            dependencies: [
                "Postgres",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/RealCluster"),
        // RenderedCluster runs pgpool there on files rendered from a spec, with probes and loads.
        .target(
            name: "RenderedCluster",
            dependencies: ["ClusterSpec", "PgpoolConfig", "Postgres", "RealCluster", "Templates", "YAMLDocument"],
            path: "Tests/RenderedCluster"),
        // A doctor on a real cluster, for scripts to look at.
        .executableTarget(
            name: "DoctorScene", dependencies: ["Postgres", "RealCluster", "RenderedCluster"],
            path: "Tests/DoctorScene", linkerSettings: [.linkedLibrary(":libyaml.a")]),
        // ScriptedServer answers HTTP as a test tells it, MotoServer plays AWS; both on loopback.
        .target(
            name: "ScriptedServer",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Tests/ScriptedServer"),
        .target(
            name: "MotoServer",
            dependencies: [
                "AWSClient", "AWSTransport", "TestPython",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/MotoServer"),
        .testTarget(
            name: "MotoServerTests",
            dependencies: [
                "AWSClient", "AWSTransport", "MotoServer", "TestPython",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "AWSServicesTests",
            dependencies: [
                "AWSClient", "AWSTransport", "JSONDocument", "MotoServer", "TestPython",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["amis.json", "oracle.py"]),
        .testTarget(
            name: "AWSFaultTests",
            dependencies: ["TestBasics", "AWSClient", "AWSTransport", "Diagnostics", "ScriptedServer"]),
        .testTarget(name: "AWSTransportTests", dependencies: ["AWSClient", "AWSTransport", "ScriptedServer"]),
        // Numbers by chance, a clock by hand, a folder that goes.
        .target(name: "TestBasics", path: "Tests/TestBasics"),
        // SimulatedEC2 plays EC2 and what an image's build needs besides, with its times, faults and guests.
        .target(
            name: "SimulatedEC2",
            dependencies: [
                "AWSClient", "CZlib", "JSONDocument", "ScriptedServer", "TestBasics",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/SimulatedEC2"),
        .testTarget(
            name: "SimulatedEC2Tests",
            dependencies: [
                "AWSClient", "AWSTransport", "CZlib", "JSONDocument", "SimulatedAWSServer", "SimulatedEC2",
                "TestBasics",
                "TestPython",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["boto.py"]),
        // SimulatedCloudFormation plays CloudFormation, with scripted resources, rollbacks and faults.
        .target(
            name: "SimulatedCloudFormation",
            dependencies: ["AWSClient", "JSONDocument", "ScriptedServer", "TestBasics"],
            path: "Tests/SimulatedCloudFormation"),
        // Both in one program, for scripts to run tools against.
        .executableTarget(
            name: "SimulatedAWSServer",
            dependencies: ["ScriptedServer", "SimulatedCloudFormation", "SimulatedEC2", "TestBasics"],
            path: "Tests/SimulatedAWSServer", linkerSettings: [.linkedLibrary(":libexpat.a")]),
        .testTarget(
            name: "StackDeployTests",
            dependencies: [
                "AWSClient", "AWSTransport", "Diagnostics", "JSONDocument", "MotoServer", "SimulatedCloudFormation",
                "StackDeploy", "TestBasics",
            ]),
        // Builds there in process, as the command puts them together; what scripts/bench measures of them.
        .target(
            name: "SimulatedBuild",
            dependencies: [
                "AWSClient", "ClusterSpec", "Diagnostics", "ImageBuild", "LocalFiles", "SimulatedEC2", "TestBasics",
            ],
            path: "Tests/SimulatedBuild"),
        .executableTarget(
            name: "BuildBench", dependencies: ["ImageBuild", "SimulatedBuild", "SimulatedEC2"],
            path: "Tests/BuildBench",
            linkerSettings: [.linkedLibrary(":libyaml.a"), .linkedLibrary(":libexpat.a")]),
        // Building images: as values, in process against the simulation, and with the built tool, also killed.
        .testTarget(
            name: "ImageBuildTests",
            dependencies: [
                "AWSClient", "ClusterSpec", "CZlib", "Diagnostics", "ImageBuild", "LocalFiles", "Provisioning",
                "SimulatedBuild", "SimulatedEC2", "StackParameters", "Templates", "TestBasics",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // Runs of the built tool, which tests signal and kill.
        .target(
            name: "ToolRuns",
            dependencies: [
                "RealCluster",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/ToolRuns"),
        .testTarget(
            name: "BuildCommandTests",
            dependencies: [
                "AWSClient", "AWSTransport", "MotoServer", "RealCluster", "ScriptedServer", "SimulatedEC2",
                "TestBasics", "TestPython", "ToolRuns", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // Building on real virtual machines, and what leads there as values.
        .testTarget(
            name: "QEMUHostTests",
            dependencies: [
                "AWSClient", "ClusterSpec", "Diagnostics", "ImageBuild", "LocalFiles", "QEMUHost", "RealCluster",
                "RenderedCluster",
                "TestBasics", "YAMLDocument", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // The Python that scripts/install-dependencies makes, with boto3 and moto.
        .target(name: "TestPython", path: "Tests/TestPython"),
        .testTarget(
            name: "AWSClientTests",
            dependencies: [
                "TestBasics", "AWSClient", "Diagnostics", "TestPython",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Botocore"]),
        .testTarget(
            name: "AWSCredentialTests", dependencies: ["AWSClient", "Diagnostics", "TestPython"], exclude: ["Oracle"]),
        .testTarget(name: "DatabaseSecretsTests", dependencies: ["DatabaseSecrets", "PgpoolConfig"]),
        .testTarget(name: "JSONDocumentTests", dependencies: ["TestBasics", "Diagnostics", "JSONDocument"]),
        .testTarget(
            name: "StackParametersTests",
            dependencies: ["TestBasics", "Diagnostics", "JSONDocument", "LocalFiles", "StackParameters"]),
        // The stack's template: whole ones by the built tool, all of them through cfn-lint, and in process what must hold.
        .testTarget(
            name: "StackTemplateTests",
            dependencies: [
                "ClusterSpec", "Diagnostics", "JSONDocument", "StackParameters", "StackTemplate", "TestBasics",
                "TestPython", "YAMLDocument", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Cases"]),
        .testTarget(name: "YAMLDocumentTests", dependencies: ["TestBasics", "Diagnostics", "YAMLDocument"]),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "RealCluster"]),
        .testTarget(name: "RealClusterTests", dependencies: ["Postgres", "RealCluster"]),
        .testTarget(name: "RenderedClusterTests", dependencies: ["Postgres", "RealCluster", "RenderedCluster"]),
        .testTarget(
            name: "ConfigInstallTests", dependencies: ["ClusterSpec", "ConfigInstall", "PgpoolConfig", "YAMLDocument"]),
        .testTarget(
            name: "LintTests",
            dependencies: [
                "ClusterSpec", "Diagnostics", "PgpoolConfig",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "ApplyTests",
            dependencies: [
                "MotoServer", "RealCluster", "ScriptedServer", "TestPython", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "RealPgpoolTests",
            dependencies: [
                "ClusterSpec", "Diagnostics", "Doctor", "PgpoolConfig", "Postgres", "RealCluster", "RenderedCluster",
                "Templates", "YAMLDocument", "pgpool-aurora", .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        .testTarget(
            name: "DoctorHTTPTests",
            dependencies: [
                "ClusterSpec", "Doctor", "HealthDecision", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "TestBasics", "ClusterSpec", "Diagnostics", "Doctor", "HealthDecision", "Postgres",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "DoctorOnEC2Tests",
            dependencies: [
                "AWSClient", "AWSTransport", "ClusterSpec", "Diagnostics", "Doctor", "DoctorOnEC2", "HealthDecision",
                "ScriptedServer", "TestBasics", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "RealDoctorTests",
            dependencies: [
                "Postgres", "RealCluster", "RenderedCluster", "ScriptedServer", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "StackSignalTests",
            dependencies: [
                "RealCluster", "ScriptedServer", "TestBasics", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // The stack commands by the built tool against the simulated CloudFormation, also killed.
        .testTarget(
            name: "StackCommandTests",
            dependencies: [
                "AWSClient", "JSONDocument", "RealCluster", "ScriptedServer", "SimulatedAWSServer",
                "SimulatedCloudFormation", "TestBasics", "TestPython", "ToolRuns", "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["snapshots.py", "terminal.py"]),
        .testTarget(name: "HealthDecisionTests", dependencies: ["HealthDecision"]),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "TemplateEngineTests", dependencies: ["Diagnostics", "TemplateEngine"]),
        .testTarget(
            name: "ClusterSpecTests", dependencies: ["TestBasics", "Diagnostics", "YAMLDocument", "ClusterSpec"]),
        .testTarget(
            name: "PgpoolConfigTests",
            dependencies: [
                "TestBasics", "Diagnostics", "YAMLDocument", "ClusterSpec", "TemplateEngine", "Templates",
                "PgpoolConfig",
            ]),
        // Runs the built tool on the folders below Cases.
        .testTarget(
            name: "GoldenTests",
            dependencies: [
                "pgpool-aurora",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Cases"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where ![.system, .plugin, .binary].contains(target.type) {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    if target.type == .test {
        target.linkerSettings = [.linkedLibrary(":libyaml.a"), .linkedLibrary(":libexpat.a")]
    }
}
