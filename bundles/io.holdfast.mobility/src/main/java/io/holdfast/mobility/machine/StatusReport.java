package io.holdfast.mobility.machine;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.mobility.stream.LogPump;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.mobility.stream.Uplink;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts together what is told about a machine. */
record StatusReport(ProtectedMachine machine, Sequencer sequencer, Uplink uplink) {

    /** Time servers move a clock by less. */
    private static final long CLOCK_BEHIND_MILLIS = 1_000;

    /** What only the engine knows. */
    record Extras(
            boolean sourceRunning,
            long rpoMillis,
            long gaps,
            String trouble,
            @Nullable HoldfastException storeError) {}

    MachineStatus describe(CopyFigures copy, LogPump pump, ChangeLog log, Extras extras) {
        return new MachineStatus(
                machine.memory().id(),
                machine.phase().name(),
                extras.sourceRunning(),
                uplink.epoch(),
                sequencer.highestGiven(),
                log.loggedSequence(),
                uplink.durableSequence(),
                uplink.provenSequence(),
                extras.rpoMillis(),
                copy.kind(),
                copy.bytesDone(),
                copy.bytesTotal(),
                uplink.sentBytes(),
                sequencer.writtenBytes(),
                log.bytes(),
                extras.gaps(),
                TimeUnit.NANOSECONDS.toMicros(sequencer.longestWaitNanos()),
                message(pump, extras),
                report(machine.error()
                        .or(pump::failure)
                        .or(() -> storeFull(extras))
                        .or(this::clockSetBack)));
    }

    private String message(LogPump pump, Extras extras) {
        if (!extras.trouble().isEmpty()) {
            return extras.trouble();
        }
        if (pump.failure().isPresent()) {
            return String.valueOf(pump.failure().get().getMessage());
        }
        HoldfastException storeError = extras.storeError();
        if (storeError != null) {
            return String.valueOf(storeError.getMessage());
        }
        return machine.message();
    }

    /** What else keeps the stream from the store mostly ends by itself; room has to be made. */
    private static Optional<HoldfastException> storeFull(Extras extras) {
        HoldfastException error = extras.storeError();
        return error == null || error.code() != ErrorCode.DISK_FULL ? Optional.empty() : Optional.of(error);
    }

    private Optional<HoldfastException> clockSetBack() {
        long behind = sequencer.clockBehindMillis();
        return behind < CLOCK_BEHIND_MILLIS
                ? Optional.empty()
                : Optional.of(new HoldfastException(
                        ErrorCode.CLOCK_SET_BACK,
                        "clock of the source's host",
                        "stands " + behind
                                + " ms behind the time of the newest write; expected one that never goes back."
                                + " New points all carry that time until the clock has passed it"));
    }

    private static MachineStatus.@Nullable ErrorReport report(Optional<HoldfastException> error) {
        return error.isEmpty() ? null : MachineStatus.ErrorReport.of(error.get());
    }
}
