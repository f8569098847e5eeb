import ImageBuild
import QEMUHost
import Testing

struct MachineArgumentsTests {
    private let drives = """
        -drive if=virtio,file=disk.qcow2,format=qcow2,discard=unmap,werror=report,rerror=report \
        -drive if=virtio,file=seed.iso,format=raw,readonly=on \
        -drive if=virtio,file=artifacts.raw,format=raw,readonly=on
        """

    @Test func aMachineWithALoaderOnItsDiskBootsByItself() {
        let arguments = MachineArguments(
            name: "pgpool-aurora-b-install-0", accelerator: .tcg, memory: 1024, processors: 2, hasKernel: false)
        #expect(
            arguments.words.joined(separator: " ") == """
                -name pgpool-aurora-b-install-0 -nodefaults -no-user-config -display none -daemonize -machine q35 \
                -accel tcg -cpu max -m 1024 -smp 2 -pidfile pid -qmp unix:qmp,server=on,wait=off \
                -serial file:console.log -netdev user,id=net -device virtio-net-pci,netdev=net -device virtio-rng-pci \
                \(drives)
                """)
    }

    @Test func portsOfTheGuestAreReachedFromLoopbackAlone() {
        let arguments = MachineArguments(
            name: "n", accelerator: .tcg, memory: 1024, processors: 2, hasKernel: false, forwards: [9999, 8071])
        #expect(
            arguments.words.contains("user,id=net,hostfwd=tcp:127.0.0.1:0-:9999,hostfwd=tcp:127.0.0.1:0-:8071"))
    }

    @Test func aMachineWithAKernelIsToldWhatToBoot() {
        let arguments = MachineArguments(
            name: "pgpool-aurora-b-test-0", accelerator: .kvm, memory: 2048, processors: 1, hasKernel: true)
        #expect(arguments.words.contains("host"))
        #expect(
            arguments.words.suffix(6) == [
                "-kernel", "kernel", "-initrd", "initrd", "-append",
                "root=LABEL=pgaurora-root rw console=ttyS0 quiet ds=nocloud",
            ])
    }
}
