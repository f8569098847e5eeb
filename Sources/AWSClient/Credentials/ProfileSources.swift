/// Makes the steps that a profile consists of, for the chain and for a role's source alike.
struct ProfileSources: Sendable {
    let environment: AWSEnvironment
    let shared: SharedConfiguration
    let roles: any RoleAssumer
    let runProcess: CredentialProcess
    let container: ContainerCredentials
    let instance: InstanceCredentials

    /// A profile's own steps in botocore's order, but for `role_arn`.
    func steps(of profile: Profile, readsVariables: Bool) -> [any CredentialStep] {
        [
            WebIdentityCredentials(environment, profile, readsVariables: readsVariables, roles: roles),
            SingleSignOnProfile(profile, .identityCenter),
            StaticCredentials(profile.credentials, in: shared.credentialsFile, profile: profile.name),
            SingleSignOnProfile(profile, .console),
            ProcessCredentials(profile, run: runProcess),
            StaticCredentials(profile.config, in: shared.configFile, profile: profile.name),
        ]
    }

    /// What a `credential_source` names; nil when it names nothing.
    func named(_ source: String) -> (any CredentialStep)? {
        switch source {
        case "Environment": EnvironmentCredentials(environment)
        case "EcsContainer": container
        case "Ec2InstanceMetadata": instance
        default: nil
        }
    }
}
