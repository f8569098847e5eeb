import ImageBuild

/// A plan as a person reads it.
enum PlanText {
    static func text(of plan: BuildPlan) -> String {
        let lines = lines(of: plan)
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, text in
            name + String(repeating: " ", count: width + 2 - name.count) + text + "\n"
        }.joined()
    }

    /// Names and values, in their order.
    static func lines(of plan: BuildPlan) -> [(String, String)] {
        var lines: [(String, String)] = [
            ("image", plan.imageName), ("base", "\(plan.base), \(plan.baseImage), \(plan.architecture)"),
            ("digest", plan.digest),
        ]
        if let ec2 = plan.ec2 {
            let encryption = !ec2.isEncrypted ? "" : ec2.kmsKey.isEmpty ? ", encrypted" : ", encrypted by \(ec2.kmsKey)"
            lines += [
                ("account", "\(ec2.account), \(ec2.region)"),
                ("volume", "\(ec2.volumeSize) GiB\(encryption)"),
                (
                    "group",
                    ec2.securityGroup.isEmpty ? "a temporary one without a way in, in \(ec2.vpc)" : ec2.securityGroup
                ),
            ]
            for (number, place) in ec2.places.enumerated() {
                let address = place.isPublic ? "with" : "without"
                lines.append(
                    (
                        number == 0 ? "launch" : "or",
                        "\(place.instanceType) in \(place.zone), \(place.subnet), \(address) a public address"
                    ))
            }
            if let bucket = ec2.bucket { lines.append(("bucket", "\(bucket.name), \(bucket.region)")) }
        }
        if let local = plan.local {
            let accelerator = local.accelerator == .kvm ? "KVM" : "software emulation"
            lines += [
                (
                    "machine",
                    "QEMU with \(accelerator), \(local.processors) processors, \(local.memory) MiB, "
                        + "\(local.volumeSize) GiB"
                ), ("image in", "\(local.dataFolder)/images"),
            ]
        }
        for artifact in plan.artifacts {
            let source = artifact.path ?? artifact.address ?? ""
            let sum = artifact.sha256.isEmpty ? "over TLS, unchecked" : "sha256 \(artifact.sha256)"
            lines.append((artifact.name.rawValue, "\(source), \(sum)"))
        }
        var test = plan.isTested ? "boot the image before it is published" : "none"
        if let trial = plan.local?.trial {
            test += ", and read from \(trial.reader) and write to \(trial.writer) through it"
        }
        lines.append(("test", test))
        if !plan.publication.ssmParameter.isEmpty { lines.append(("ssm", plan.publication.ssmParameter)) }
        if let file = plan.publication.parametersFile {
            lines.append(("parameters", "\(file): ami_id, now \(plan.publication.previousImage ?? "not set")"))
        }
        lines.append(("deadline", plan.deadline % 60 == 0 ? "\(plan.deadline / 60) min" : "\(plan.deadline) s"))
        return lines
    }
}
