package io.holdfast.adapter.kvm.target;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Settings of the KVM target, checked.
 *
 * @param qemu name or path of QEMU's system emulator
 * @param qemuImg name or path of QEMU's image tool
 * @param acceleration how guest code is run
 * @param probeKernel a kernel to prove KVM with; nothing for the host's own
 * @param consoleLogBytesMax size at which a console log is cut
 */
record KvmTargetSettings(
        String qemu, String qemuImg, Acceleration acceleration, Optional<Path> probeKernel, long consoleLogBytesMax) {

    private static final int CONSOLE_LOG_KIBIBYTES_MIN = 64;
    private static final int CONSOLE_LOG_KIBIBYTES_MAX = 1 << 20;

    /** How guest code is run. */
    enum Acceleration {
        /** By KVM when it has booted a kernel, else by TCG. */
        PROBE,
        KVM,
        TCG
    }

    /**
     * Checks a configuration.
     *
     * @param config as given
     * @return the settings
     * @throws HoldfastException {@code INVALID_ARGUMENT} naming the setting, its value and its range
     */
    static KvmTargetSettings from(KvmTargetConfig config) {
        return new KvmTargetSettings(
                notBlank("qemu", config.qemu()),
                notBlank("qemuImg", config.qemuImg()),
                acceleration(config.accelerator()),
                kernel(config.probeKernel()),
                1024L
                        * inRange(
                                "consoleLogKibibytes",
                                config.consoleLogKibibytes(),
                                CONSOLE_LOG_KIBIBYTES_MIN,
                                CONSOLE_LOG_KIBIBYTES_MAX));
    }

    private static String notBlank(String setting, String value) {
        if (value.isBlank()) {
            throw wrong(setting, "empty; expected a name or an absolute path of a program");
        }
        return value;
    }

    private static Acceleration acceleration(String value) {
        for (Acceleration choice : Acceleration.values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
                return choice;
            }
        }
        throw wrong("accelerator", "'" + value + "'; expected probe, kvm or tcg");
    }

    private static Optional<Path> kernel(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(value);
        if (!path.isAbsolute()) {
            throw wrong("probeKernel", "'" + value + "'; expected an absolute path or nothing");
        }
        return Optional.of(path);
    }

    private static int inRange(String setting, int value, int min, int max) {
        if (value < min || value > max) {
            throw wrong(setting, value + "; expected " + min + " to " + max);
        }
        return value;
    }

    private static HoldfastException wrong(String setting, String found) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, "io.holdfast.adapter.kvm.target " + setting, found);
    }
}
