package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.RetentionPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Forecasts what coding anew costs, from what it has cost so far, and keeps each machine within its window: so much processor time each day of the
 * history's clock. What was spent on a day is forgotten when the store is closed. Thread-safe.
 */
final class ColdBudget {

    /** What is assumed before anything was measured: 8 MB a second. */
    private static final long NANOS_A_BYTE_ASSUMED = 125;

    /** Before so much was coded, the assumption counts in. */
    private static final long BYTES_ASSUMED = 4 << 20;

    private final Map<MachineId, Day> days = new HashMap<>();
    private long bytes = BYTES_ASSUMED;
    private long nanos = BYTES_ASSUMED * NANOS_A_BYTE_ASSUMED;

    /** What a machine has spent on a day. */
    private record Day(long number, long nanos) {}

    /** Takes in what work has cost. */
    synchronized void spent(MachineId machine, long clockMillis, long codedBytes, long workNanos) {
        bytes += codedBytes;
        nanos += workNanos;
        long number = clockMillis / RetentionPolicy.DAY_MILLIS;
        days.merge(
                machine,
                new Day(number, workNanos),
                (before, now) -> before.number == number ? new Day(number, before.nanos + now.nanos) : now);
    }

    /** How long so much plaintext will take. */
    synchronized long forecastNanos(long plaintextBytes) {
        return (long) ((double) plaintextBytes / bytes * nanos);
    }

    /** Whether so much plaintext fits what is left of the day's window. */
    synchronized boolean fits(MachineId machine, long clockMillis, ColdTier tier, long plaintextBytes) {
        Day day = days.get(machine);
        long number = clockMillis / RetentionPolicy.DAY_MILLIS;
        long spent = day != null && day.number == number ? day.nanos : 0;
        return tier.minutesADay() > 0
                && spent + forecastNanos(plaintextBytes) <= TimeUnit.MINUTES.toNanos(tier.minutesADay());
    }

    synchronized void forget(MachineId machine) {
        days.remove(machine);
    }
}
