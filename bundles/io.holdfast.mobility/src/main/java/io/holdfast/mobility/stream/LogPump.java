package io.holdfast.mobility.stream;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.changelog.ChangeLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries records from the sequencer's memory to the change log, a group at a time. The steps belong to one thread, which may hang with the
 * log's disk; everything else may be asked by anybody.
 */
public final class LogPump {

    /** What a step did. */
    public enum Outcome {
        /** There was nothing to log. */
        IDLE,
        /** Something was logged. */
        LOGGED,
        /** The log is at its bound; it is tried again with each step. */
        FULL,
        /** The log's disk is full or failed; it is tried again after a while. */
        FAILED
    }

    private static final long GROUP_BYTES_MAX = 1 << 20;
    private static final long RETRY_NANOS_FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private final ChangeLog log;
    private final Sequencer sequencer;
    private final TimeSource time;

    private volatile long epoch;
    private volatile DiskTable table = DiskTable.NONE;
    private volatile boolean full;
    private volatile @Nullable HoldfastException failure;
    private boolean begun;
    private long nextSequence;
    private long generationStart = -1;
    private long lastProof = -1;
    private long retryAtNanos;
    private long retryNanos = RETRY_NANOS_FIRST;

    /**
     * Makes the pump.
     *
     * @param log where records go
     * @param sequencer where they come from
     * @param time for pauses after errors
     */
    public LogPump(ChangeLog log, Sequencer sequencer, TimeSource time) {
        this.log = log;
        this.sequencer = sequencer;
        this.time = time;
    }

    /**
     * Tells what the store knows, when an epoch was opened.
     *
     * @param newEpoch the epoch
     * @param known the disks in force where the next record comes; {@link DiskTable#NONE} when the stream has told none yet
     */
    public void epochOpened(long newEpoch, DiskTable known) {
        table = known;
        epoch = newEpoch;
    }

    /**
     * Tells whether the log is at its bound.
     *
     * @return true until something fits again
     */
    public boolean isFull() {
        return full;
    }

    /**
     * Tells what is wrong with the log's disk.
     *
     * @return the last error, until something was logged again
     */
    public Optional<HoldfastException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Logs what there is, up to one group for each disk.
     *
     * @return what was done
     */
    public Outcome step() {
        if (failure != null && time.monotonicNanos() - retryAtNanos < 0) {
            return Outcome.FAILED;
        }
        try {
            log.tidy();
            Outcome outcome = logSome(GROUP_BYTES_MAX);
            if (outcome == Outcome.FULL) {
                outcome = logSome(1);
            }
            if (outcome == Outcome.LOGGED) {
                failure = null;
                retryNanos = RETRY_NANOS_FIRST;
            }
            full = outcome == Outcome.FULL;
            if (full) {
                sequencer.skipLogging();
            }
            return outcome;
        } catch (HoldfastException e) {
            failed(e);
            return Outcome.FAILED;
        }
    }

    /** Writes down that nothing is missing, when nothing comes for a while. */
    public void rest() {
        if (begun && failure == null) {
            try {
                log.rest();
            } catch (HoldfastException e) {
                failed(e);
            }
        }
    }

    private void failed(HoldfastException error) {
        begun = false;
        generationStart = -1;
        failure = error;
        retryAtNanos = time.monotonicNanos() + retryNanos;
        retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
    }

    /** A disk table begins a generation of its own, with files for its disks; so does what does not follow, and a switch that is due. */
    private Outcome logSome(long bytesMax) {
        StreamMemory.Stretch stretch = sequencer.unlogged(bytesMax);
        List<StreamRecord> records = new ArrayList<>(stretch.records());
        records.removeIf(entry -> entry instanceof StreamRecord.Proof && entry.sequence() == lastProof);
        if (records.isEmpty()) {
            sequencer.logged(stretch);
            return Outcome.IDLE;
        }
        if (records.getFirst() instanceof StreamRecord.Disks disks && generationStart != disks.sequence()) {
            table = disks.table();
            begun = false;
        }
        long first = firstNumbered(records);
        if (!begun && (first == 0 || table.disks().isEmpty())) {
            return Outcome.IDLE;
        }
        if (!begun || first != 0 && first != nextSequence || log.switchDue()) {
            begin(first == 0 ? nextSequence : first);
        }
        if (!log.append(epoch, records)) {
            return Outcome.FULL;
        }
        nextSequence = log.sync() + 1;
        lastProof = lastProof(records);
        sequencer.logged(stretch);
        return Outcome.LOGGED;
    }

    private void begin(long sequence) {
        begun = false;
        log.begin(epoch, sequence, table.disks());
        begun = true;
        generationStart = sequence;
        nextSequence = sequence;
    }

    private static long firstNumbered(List<StreamRecord> records) {
        return records.stream()
                .filter(entry -> !(entry instanceof StreamRecord.Proof))
                .mapToLong(StreamRecord::sequence)
                .findFirst()
                .orElse(0);
    }

    private long lastProof(List<StreamRecord> records) {
        return records.stream()
                .filter(StreamRecord.Proof.class::isInstance)
                .mapToLong(StreamRecord::sequence)
                .reduce(lastProof, (_, sequence) -> sequence);
    }
}
