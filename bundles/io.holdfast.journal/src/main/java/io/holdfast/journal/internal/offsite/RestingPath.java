package io.holdfast.journal.internal.offsite;

import io.holdfast.base.MachineId;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path of a store's port as objects know it: whose it is and under which name it rests.
 *
 * @param machine whose
 * @param incarnation of the history
 * @param file name of a sealed segment; empty for the history's folder
 */
record RestingPath(MachineId machine, String incarnation, String file) {

    private static final String FOLDER = "machines/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.([0-9]{1,19})";
    private static final Pattern SEGMENT = Pattern.compile(FOLDER + "/([0-9]{10}(?:\\.[0-9]{1,9})?\\.seg)");
    private static final Pattern HISTORY = Pattern.compile(FOLDER);
    private static final Pattern DESTROYED = Pattern.compile(FOLDER + "\\.gone");

    /** A sealed segment; they rest elsewhere, everything else lies in the folder. */
    static Optional<RestingPath> ofSegment(String path) {
        return of(SEGMENT.matcher(path));
    }

    /** The folder of a history. */
    static Optional<RestingPath> ofHistory(String path) {
        return of(HISTORY.matcher(path));
    }

    /** The folder of a history that was destroyed. */
    static Optional<RestingPath> ofDestroyed(String path) {
        return of(DESTROYED.matcher(path));
    }

    private static Optional<RestingPath> of(Matcher matcher) {
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String file = matcher.groupCount() > 2 ? matcher.group(3) : "";
        return Optional.of(new RestingPath(new MachineId(UUID.fromString(matcher.group(1))), matcher.group(2), file));
    }

    /** The name among the machine's objects. */
    String name() {
        return prefix() + file;
    }

    /** With what the names of a history begin. */
    String prefix() {
        return incarnation + "/";
    }
}
