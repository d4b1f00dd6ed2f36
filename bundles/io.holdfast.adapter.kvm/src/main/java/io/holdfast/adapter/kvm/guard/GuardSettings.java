package io.holdfast.adapter.kvm.guard;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a guard is told at its start; it travels as {@code name=value} arguments of the process, so that a process list shows it.
 *
 * @param folder of the machine; holds {@link #socket()}, {@link #lock()}, {@link #log()} and {@link #failure()}
 * @param monitor QMP socket for commands and events
 * @param outOfBandMonitor QMP socket for the guard's own commands
 * @param heartbeat file that the capture server keeps
 * @param stallLimitMillis how long a request may go unanswered
 * @param writeBoundMillis hard bound for one guest write
 * @since 1.0
 */
public record GuardSettings(
        Path folder, Path monitor, Path outOfBandMonitor, Path heartbeat, int stallLimitMillis, int writeBoundMillis) {

    /** Below this, the pauses of a healthy Java process look like a stall. */
    public static final int STALL_LIMIT_MILLIS_MIN = 50;

    /** A path of a UNIX socket has 107 bytes at most; ours add 27 at most. */
    public static final int FOLDER_BYTES_MAX = 80;

    public GuardSettings {
        if (!folder.isAbsolute() || folder.toString().getBytes(StandardCharsets.UTF_8).length > FOLDER_BYTES_MAX) {
            throw bad("folder", folder + " given; expected an absolute path of at most " + FOLDER_BYTES_MAX + " bytes");
        }
        if (stallLimitMillis < STALL_LIMIT_MILLIS_MIN) {
            throw bad("stallLimitMillis", stallLimitMillis + " given; expected at least " + STALL_LIMIT_MILLIS_MIN);
        }
        if (writeBoundMillis < 4 * (long) stallLimitMillis) {
            throw bad(
                    "writeBoundMillis",
                    writeBoundMillis + " given; expected at least four times the stall limit of " + stallLimitMillis);
        }
    }

    /**
     * Where the guard listens for the adapter.
     *
     * @return a UNIX socket
     */
    public Path socket() {
        return folder.resolve("guard.sock");
    }

    /**
     * Held locked by the guard that is in charge; holds its process id.
     *
     * @return a file
     */
    public Path lock() {
        return folder.resolve("guard.lock");
    }

    /**
     * What the guard did.
     *
     * @return a file of bounded size
     */
    public Path log() {
        return folder.resolve("guard.log");
    }

    /**
     * Where QEMU's built-in NBD server listens for readers of ours.
     *
     * @return a UNIX socket
     */
    public Path exports() {
        return folder.resolve("export.sock");
    }

    /**
     * Why a guard could not start.
     *
     * @return a file, absent after a good start
     */
    public Path failure() {
        return folder.resolve("guard.failure");
    }

    /**
     * How long the writer may be silent while no request of it is known to wait: three stall limits, but at most three tenths of the write
     * bound (1,500 ms by default).
     *
     * <p>A silent writer harms nobody until the guest writes, and the worst is a write that comes just after it fell silent: it waits for
     * the rest of this limit, one tick and the yank, which leaves seven tenths of the bound as margin. It is not as short as the stall
     * limit because a cut costs a gap in the history, and on a busy host an idle process may well not be scheduled for half a second.
     *
     * @return milliseconds
     */
    public int silenceLimitMillis() {
        return Math.min(3 * stallLimitMillis, writeBoundMillis / 10 * 3);
    }

    /**
     * When the yank has not gone through by then, the capture server is killed: closing its sockets frees the guest as well.
     *
     * @return milliseconds after the request came or the writer fell silent
     */
    public int killLimitMillis() {
        return writeBoundMillis / 10 * 7;
    }

    /**
     * Writes the settings for a command line.
     *
     * @return {@code name=value} each
     */
    public List<String> toArguments() {
        return List.of(
                "folder=" + folder,
                "monitor=" + monitor,
                "outOfBandMonitor=" + outOfBandMonitor,
                "heartbeat=" + heartbeat,
                "stallLimitMillis=" + stallLimitMillis,
                "writeBoundMillis=" + writeBoundMillis);
    }

    /**
     * Reads what {@link #toArguments} wrote.
     *
     * @param arguments of the process
     * @return the settings
     * @throws HoldfastException {@code INVALID_ARGUMENT}
     */
    public static GuardSettings parse(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            if (at < 1) {
                throw bad(argument, "given as an argument; expected name=value");
            }
            values.put(argument.substring(0, at), argument.substring(at + 1));
        }
        return new GuardSettings(
                path(values, "folder"),
                path(values, "monitor"),
                path(values, "outOfBandMonitor"),
                path(values, "heartbeat"),
                number(values, "stallLimitMillis"),
                number(values, "writeBoundMillis"));
    }

    private static Path path(Map<String, String> values, String name) {
        return Path.of(value(values, name));
    }

    private static int number(Map<String, String> values, String name) {
        try {
            return Integer.parseInt(value(values, name));
        } catch (NumberFormatException _) {
            throw bad(name, value(values, name) + " given; expected a number");
        }
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw bad(name, "not given");
        }
        return value;
    }

    private static HoldfastException bad(String name, String found) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, name, found);
    }
}
