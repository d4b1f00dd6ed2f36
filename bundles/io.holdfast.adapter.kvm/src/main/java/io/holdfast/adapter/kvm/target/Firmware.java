package io.holdfast.adapter.kvm.target;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A UEFI firmware installed on this host.
 *
 * @param code its program, never written
 * @param variables what a new machine's variables are copied from
 */
record Firmware(Path code, Path variables) {

    private static final List<Firmware> KNOWN = List.of(
            of("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            of("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            of("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
            of("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"));

    /** Finds one; throws {@code NOT_FOUND}. */
    static Firmware find() {
        return KNOWN.stream()
                .filter(firmware -> Files.isReadable(firmware.code) && Files.isReadable(firmware.variables))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        KNOWN.get(0).code.toString(),
                        "no UEFI firmware is installed; install one (Debian: ovmf)"));
    }

    private static Firmware of(String code, String variables) {
        return new Firmware(Path.of(code), Path.of(variables));
    }
}
