package io.holdfast.configserver.internal.control;

import io.holdfast.configserver.Finding;
import io.holdfast.configserver.Finding.Severity;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.configserver.internal.space.SpaceWatch;
import io.holdfast.journal.StoreRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a person should know of the recovery store's room. */
final class StoreFindings {

    private static final long SPACE_CRITICAL_BYTES = 1L << 30;
    private static final long SPACE_WARNING_BYTES = 5L << 30;
    private static final String STORE = "recovery store";
    private static final String FIX =
            "Enlarge its file system, shorten the retention of a machine, or end the protection of one and destroy its history; holdfastctl space"
                    + " tells who takes what.";

    private StoreFindings() {}

    static List<Finding> of(SpaceWatch.State state) {
        StoreRoom room = state.room();
        if (room.intakeStopped()) {
            return List.of(new Finding(
                    Severity.CRITICAL,
                    "store.intake-stopped",
                    STORE,
                    "New points are refused: " + amount(room.usableBytes()) + " are free and "
                            + amount(room.reserveBytes())
                            + " of them are kept for maintenance. Machines go on by their logs and bitmaps.",
                    FIX + " It goes on by itself once there is room."));
        }
        List<Finding> findings = new ArrayList<>();
        if (state.alarm() != SpaceAlarm.NONE) {
            findings.add(new Finding(
                    state.alarm() == SpaceAlarm.HOUR ? Severity.CRITICAL : Severity.WARNING,
                    "store.filling",
                    STORE,
                    "At the present rate new points are refused in "
                            + words(state.fullInMillis().orElse(0)) + ".",
                    FIX));
        }
        if (room.intakeBytes() < SPACE_WARNING_BYTES) {
            findings.add(new Finding(
                    room.intakeBytes() < SPACE_CRITICAL_BYTES ? Severity.CRITICAL : Severity.WARNING,
                    "store.space",
                    STORE,
                    amount(room.intakeBytes()) + " are left for new points; expected at least "
                            + amount(SPACE_WARNING_BYTES) + ".",
                    FIX));
        }
        return findings;
    }

    /** Rounded down: rather too early than too late. */
    private static String words(long millis) {
        long minutes = TimeUnit.MILLISECONDS.toMinutes(millis);
        if (minutes < TimeUnit.HOURS.toMinutes(2)) {
            return minutes + " minutes";
        }
        long hours = TimeUnit.MILLISECONDS.toHours(millis);
        return hours < TimeUnit.DAYS.toHours(2) ? hours + " hours" : TimeUnit.MILLISECONDS.toDays(millis) + " days";
    }

    /** Rounded down as well. */
    private static String amount(long bytes) {
        return bytes < 10L << 30 ? (bytes >> 20) + " MiB" : (bytes >> 30) + " GiB";
    }
}
