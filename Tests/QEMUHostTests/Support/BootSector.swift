import FoundationEssentials

/// A guest in one sector: says something on the serial console, and then does one thing. It is booted in a second.
struct BootSector {
    enum End {
        /// Goes on, and heeds the power button.
        case waits
        /// Goes on, whatever is pressed.
        case hangs
        /// Ends by itself.
        case powersOff
    }

    var text: String
    var end: End

    /// Writes it as a disk of 1 MiB.
    func write(_ path: String) throws {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let code = code
        precondition(code.count <= 510, "no room in a sector")
        bytes.replaceSubrange(0..<code.count, with: code)
        bytes[510] = 0x55
        bytes[511] = 0xAA
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// For 16-bit mode, at 0x7C00. Ports: 0x3F8 sends a byte, 0x3FD has a bit 5 when it can. 0x600 has the bit 8 when the
    /// power button was pressed, if 0x602 has it too; 0x2000 to 0x604 switches the machine off (ACPI's PM1 blocks, where
    /// QEMU has them).
    private var code: [UInt8] {
        let print: [UInt8] = [
            0x31, 0xC0,  // xor ax, ax
            0x8E, 0xD8,  // mov ds, ax
            0xFB,  // sti
            0xBE, 0, 0,  // mov si, text
            // next:
            0xAC,  // lodsb
            0x08, 0xC0,  // or al, al
            0x74, 0x12,  // jz done
            0x88, 0xC4,  // mov ah, al
            0xBA, 0xFD, 0x03,  // mov dx, 0x3FD
            0xEC,  // in al, dx
            0xA8, 0x20,  // test al, 0x20
            0x74, 0xFB,  // jz the instruction before the last
            0xBA, 0xF8, 0x03,  // mov dx, 0x3F8
            0x88, 0xE0,  // mov al, ah
            0xEE,  // out dx, al
            0xEB, 0xE9,  // jmp next
        ]
        let hang: [UInt8] = [0xF4, 0xEB, 0xFD]  // hlt; jmp hlt
        let powerOff: [UInt8] = [
            0xBA, 0x04, 0x06,  // mov dx, 0x604
            0xB8, 0x00, 0x20,  // mov ax, 0x2000
            0xEF,  // out dx, ax
        ]
        let heed: [UInt8] = [
            0xBA, 0x02, 0x06,  // mov dx, 0x602
            0xB8, 0x00, 0x01,  // mov ax, 0x0100
            0xEF,  // out dx, ax
            // again:
            0xF4,  // hlt
            0xBA, 0x00, 0x06,  // mov dx, 0x600
            0xED,  // in ax, dx
            0xF6, 0xC4, 0x01,  // test ah, 1
            0x74, 0xF6,  // jz again
        ]
        var code =
            switch end {
            case .waits: print + heed + powerOff + hang
            case .hangs: print + hang
            case .powersOff: print + powerOff + hang
            }
        let address = 0x7C00 + code.count
        code[6] = UInt8(address & 0xFF)
        code[7] = UInt8(address >> 8)
        return code + Array(text.utf8) + [0]
    }
}
