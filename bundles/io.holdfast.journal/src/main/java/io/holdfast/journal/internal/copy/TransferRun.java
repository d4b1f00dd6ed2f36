package io.holdfast.journal.internal.copy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.HistoryStanding;
import io.holdfast.journal.HistoryTransfer;
import io.holdfast.journal.TransferKind;
import io.holdfast.journal.TransferOrder;
import io.holdfast.journal.TransferProgress;
import io.holdfast.journal.TransferProgress.Phase;
import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Carries one history from a store to another. What is done next follows from what both stores say and from nothing else, so that a transfer that
 * was broken anywhere is gone on with by a new one.
 *
 * <p>A move has five durable steps: the target is a copy; the source is leaving; the target takes batches; the source has moved; the source is
 * destroyed. From the second to the third neither takes batches, and at no time do both.
 */
public final class TransferRun implements HistoryTransfer {

    /** A move stops the source once no more than this is missing, or after so many rounds. */
    private static final long SWITCH_BYTES_MAX = 4L << 20;

    private static final int ROUNDS_MAX = 8;

    private final CopySource source;
    private final CopyTarget target;
    private final TransferOrder order;
    private Phase phase = Phase.COPYING;
    private @Nullable SegmentFill fill;
    private @Nullable FileComparison comparison;
    private @Nullable HistoryState goal;
    private long bytesDone;
    private @Nullable RetentionState taken;
    private int rounds;
    private boolean closed;

    /**
     * Prepares a transfer.
     *
     * @param source where from
     * @param target where to
     * @param order what becomes of the source
     */
    public TransferRun(CopySource source, CopyTarget target, TransferOrder order) {
        this.source = source;
        this.target = target;
        this.order = order;
    }

    @Override
    public boolean step() {
        if (closed) {
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, what(), "is closed");
        }
        try {
            switch (phase) {
                case COPYING, SWITCHING -> copyStep();
                case COMPARING -> compareStep();
                case DONE -> {}
            }
            return phase != Phase.DONE;
        } catch (HoldfastException e) {
            release();
            throw e;
        } catch (DamagedException e) {
            giveUp();
            throw new HoldfastException(ErrorCode.STORE_DAMAGED, what(), e.getMessage(), e);
        } catch (DiskFullException e) {
            giveUp();
            throw new HoldfastException(ErrorCode.DISK_FULL, what(), "has no room: " + e.getMessage(), e);
        } catch (IOException e) {
            giveUp();
            throw new HoldfastException(ErrorCode.DISK_ERROR, what(), "the medium failed: " + e.getMessage(), e);
        }
    }

    private String what() {
        return "transfer of machine " + source.machine() + " to store " + target.storeId();
    }

    // ---- copying

    private void copyStep() throws IOException, DamagedException {
        HistoryState until = goal;
        if (until == null) {
            begin();
            return;
        }
        SegmentFill current = fill;
        if (current == null) {
            nextSegment(until);
        } else if (!current.step()) {
            bytesDone += current.bytes();
            current.close();
            fill = null;
        }
    }

    /** Finds out where an earlier transfer stopped. */
    private void begin() {
        Standing here = source.standing();
        Standing there = target.standing().orElse(null);
        if (order.kind() != TransferKind.COPY && here.kind() != HistoryStanding.State.OWN) {
            requireSamePeer(here);
        }
        if (there != null && isTakenOver(here, there)) {
            finishMove();
            return;
        }
        if (there != null) {
            requireCopyOfSource(there);
        }
        if (there == null || there.kind() != HistoryStanding.State.COPY) {
            target.begin(new Standing(
                    HistoryStanding.State.COPY,
                    source.storeId(),
                    source.incarnation(),
                    0,
                    order.sourcePlace(),
                    here.asOrigins(source.storeId(), source.incarnation())));
        }
        phase = here.kind() == HistoryStanding.State.LEAVING && order.kind() != TransferKind.COPY
                ? Phase.SWITCHING
                : Phase.COPYING;
        goal = source.gather();
    }

    private void requireSamePeer(Standing here) {
        if (here.kind() == HistoryStanding.State.COPY || !here.peer().equals(target.storeId())) {
            here.requireOwn(source.machine());
        }
    }

    /** The target takes batches already, because of a move that was broken behind that step. */
    private boolean isTakenOver(Standing here, Standing there) {
        return order.kind() != TransferKind.COPY
                && here.kind() != HistoryStanding.State.OWN
                && there.kind() == HistoryStanding.State.OWN
                && isPeer(there);
    }

    private boolean isPeer(Standing there) {
        return there.peer().equals(source.storeId()) && there.peerIncarnation() == source.incarnation();
    }

    /** A copy of this history is brought up to date; so is one that has moved here and comes back. */
    private void requireCopyOfSource(Standing there) {
        boolean ours = isPeer(there)
                && (there.kind() == HistoryStanding.State.COPY || there.kind() == HistoryStanding.State.MOVED);
        if (!ours) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_EXISTS,
                    "machine " + source.machine(),
                    "has a history in the target store " + target.storeId() + " that is no copy of this one");
        }
    }

    private void nextSegment(HistoryState until) throws IOException, DamagedException {
        fill = SegmentFill.next(source, target);
        if (fill != null) {
            takeRetired();
            return;
        }
        if (target.state().blockNumber() < until.blockNumber()) {
            throw new HoldfastException(
                    ErrorCode.STORE_DAMAGED,
                    what(),
                    "the source's segments end with block " + target.state().blockNumber() + "; expected block "
                            + until.blockNumber());
        }
        requirePrefix();
        if (order.kind() == TransferKind.COPY) {
            settle();
            phase = Phase.DONE;
        } else if (phase == Phase.SWITCHING) {
            settle();
            phase = Phase.COMPARING;
        } else {
            nextRound();
        }
    }

    /** What the target has more than the source, somebody else has put there. */
    private void requirePrefix() {
        HistoryState all = source.gather();
        boolean forked = target.state().blockNumber() > all.blockNumber()
                || target.state().blockNumber() == all.blockNumber()
                        && !target.state().chain().equals(all.chain());
        if (forked) {
            throw conflict(all);
        }
        goal = all;
    }

    private HoldfastException conflict(HistoryState all) {
        return new HoldfastException(
                ErrorCode.SEQUENCE_CONFLICT,
                what(),
                "the target ends with block " + target.state().blockNumber() + ", the source with block "
                        + all.blockNumber() + "; expected the source's blocks and no others in the target");
    }

    /**
     * A segment may have been cleaned of what only retired points needed, so the target knows of a retirement before it has such a segment: the fill
     * under way was opened before.
     */
    private void takeRetired() {
        RetentionState now = source.retention();
        RetentionState before = taken;
        if (before == null || !now.retired().equals(before.retired())) {
            target.takeRetention(now);
            taken = now;
        }
    }

    private void settle() throws IOException {
        target.takeRetention(source.retention());
        target.takePins(source.pins());
        target.takeLedger(source.storeId(), source.incarnation(), source.ledger());
        Standing standing = target.standing().orElseThrow();
        target.change(standing.as(HistoryStanding.State.COPY, target.state().blockNumber()));
    }

    // ---- moving

    /** Copies once more what has come meanwhile, or has the source stop because that is little. */
    private void nextRound() {
        rounds++;
        long missing = source.bytesFrom(1) - target.bytes();
        if (rounds < ROUNDS_MAX && missing > SWITCH_BYTES_MAX) {
            return;
        }
        Standing here = source.standing();
        here.requireOwn(source.machine());
        source.change(new Standing(
                HistoryStanding.State.LEAVING,
                target.storeId(),
                target.incarnation(),
                target.state().blockNumber(),
                order.targetPlace(),
                here.stretches()));
        phase = Phase.SWITCHING;
        goal = source.gather();
    }

    private void compareStep() throws IOException, DamagedException {
        FileComparison current = comparison;
        if (current == null) {
            current = new FileComparison(source, target);
            comparison = current;
        }
        if (!current.step()) {
            current.close();
            comparison = null;
            Standing standing = target.standing().orElseThrow();
            target.change(standing.released(target.newestNumber()));
            finishMove();
        }
    }

    /** The target takes batches; the source says so, or goes. */
    private void finishMove() {
        Standing here = source.standing();
        requireAllInBoth(source.gather());
        if (here.kind() == HistoryStanding.State.LEAVING) {
            source.change(here.as(HistoryStanding.State.MOVED, target.state().blockNumber()));
        }
        if (order.kind() == TransferKind.MOVE_AND_DESTROY) {
            source.destroy();
        }
        phase = Phase.DONE;
    }

    /** A target that was released by hand before it had everything may have as many blocks by now, and other ones. */
    private void requireAllInBoth(HistoryState all) {
        long both = target.standing().map(Standing::block).orElse(0L);
        if (both < all.blockNumber()) {
            throw new HoldfastException(
                    ErrorCode.SEQUENCE_CONFLICT,
                    what(),
                    "the target began to take batches when it had the source's blocks up to " + both
                            + "; the source has " + all.blockNumber() + ", of which the later ones are nowhere else");
        }
    }

    // ---- how far

    @Override
    public TransferProgress progress() {
        SegmentFill current = fill;
        FileComparison compared = comparison;
        return switch (phase) {
            case COPYING, SWITCHING -> {
                long done = bytesDone + (current == null ? 0 : current.done());
                long there = goal == null ? 0 : target.bytes();
                yield new TransferProgress(
                        phase,
                        done,
                        Math.max(done, bytesDone + source.bytesFrom(1) - there),
                        goal == null ? 0 : target.state().blockNumber());
            }
            case COMPARING ->
                new TransferProgress(
                        phase,
                        compared == null ? 0 : compared.done(),
                        target.bytes(),
                        target.state().blockNumber());
            case DONE ->
                new TransferProgress(phase, bytesDone, bytesDone, target.state().blockNumber());
        };
    }

    private void giveUp() {
        SegmentFill current = fill;
        fill = null;
        if (current != null) {
            current.giveUp();
        }
        release();
    }

    private void release() {
        SegmentFill current = fill;
        if (current != null) {
            current.close();
            fill = null;
        }
        FileComparison compared = comparison;
        if (compared != null) {
            compared.close();
            comparison = null;
        }
    }

    @Override
    public void close() {
        closed = true;
        release();
    }
}
