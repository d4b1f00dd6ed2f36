package io.holdfast.adapter.kvm;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The two monitors of a QEMU.
 *
 * @param monitor for commands and events
 * @param outOfBandMonitor for the guard's out-of-band commands
 */
record KvmAddress(Path monitor, Path outOfBandMonitor) {

    static final String MONITOR = "qmp";
    static final String OUT_OF_BAND_MONITOR = "qmpOob";

    /**
     * Checks an address.
     *
     * @throws HoldfastException {@code INVALID_ARGUMENT}
     */
    static KvmAddress of(SourceAddress address) {
        Map<String, String> properties = address.properties();
        KvmAddress result = new KvmAddress(path(properties, MONITOR), path(properties, OUT_OF_BAND_MONITOR));
        if (result.monitor.equals(result.outOfBandMonitor)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    OUT_OF_BAND_MONITOR,
                    "the same socket as " + MONITOR
                            + "; expected a second one, because QEMU serves one client of a socket at a time");
        }
        return result;
    }

    private static Path path(Map<String, String> properties, String name) {
        String text = properties.getOrDefault(name, "");
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                name,
                "'" + text + "' given; expected the absolute path of a QMP UNIX socket");
    }
}
