package io.holdfast.journal.internal.verify;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Epoch;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.StubBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows the blocks of one machine through all of its files: each has to follow the one before. Behind a block that is missing the chain goes on
 * with what is there, and remembers what was lost in between.
 */
final class BlockChain {

    private final MachineId machine;
    private final Map<Long, Expected> expected;
    private final List<Epoch> epochs = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();

    /** Where the history stands; unknown behind a lost block, until a segment's header tells. */
    private @Nullable HistoryState state = HistoryState.EMPTY;

    /** Digest of the newest block, when that is known. */
    private @Nullable ChainDigest chain = ChainDigest.NONE;

    private long blockNumber;
    private long epoch;
    private long sequence;
    private long utcMillis;
    private long goodBlocks;

    /**
     * What somebody else says of a block.
     *
     * @param digest that it must have
     * @param says who says so, for people
     */
    record Expected(ChainDigest digest, String says) {}

    /**
     * Sequences whose blocks are lost, whole or in part.
     *
     * @param first the first sequence
     * @param ranges what they wrote
     * @param known whether the ranges are all; else nobody knows what was written
     */
    record Lost(long first, List<LostRange> ranges, boolean known) {}

    BlockChain(MachineId machine, Map<Long, Expected> expected) {
        this.machine = machine;
        this.expected = new TreeMap<>(expected);
    }

    /**
     * Begins a segment.
     *
     * @param before where its header says that the history stands
     * @return what is wrong with that, or nothing; a segment that goes back is not to be followed
     */
    @Nullable
    String begin(HistoryState before) {
        if (before.blockNumber() < blockNumber
                || before.blockNumber() == blockNumber
                        && chain != null
                        && !before.chain().equals(chain)) {
            return "starts after block " + before.blockNumber() + ", " + before.chain() + "; expected block "
                    + blockNumber + ", " + chain;
        }
        String problem = null;
        if (before.blockNumber() > blockNumber) {
            problem = "starts after block " + before.blockNumber() + "; blocks " + (blockNumber + 1) + " to "
                    + before.blockNumber() + " are missing";
            lose();
        } else if (state != null && !before.equals(state)) {
            problem = "says of the state before it what its blocks do not";
        }
        adopt(before);
        return problem;
    }

    /** Starts with a later block than the first; what lies before it is of no interest. */
    void startAt(HistoryState known) {
        adopt(known);
    }

    private void adopt(HistoryState known) {
        state = known;
        chain = known.chain();
        blockNumber = known.blockNumber();
        epoch = known.epoch();
        sequence = known.sequence();
        utcMillis = known.utcMillis();
        checkExpected();
    }

    /** Whether a segment may be followed that begins with this state. */
    boolean mayFollow(HistoryState before) {
        return before.blockNumber() >= blockNumber;
    }

    /** Notes that what comes next is lost, and nobody knows what it wrote. */
    void lose() {
        lost.add(new Lost(sequence + 1, List.of(), false));
        state = null;
        chain = null;
    }

    /** Notes that parts of the newest block are lost. */
    void loseContent(List<LostRange> ranges) {
        if (!ranges.isEmpty()) {
            long first = ranges.stream().mapToLong(LostRange::sequence).min().orElse(sequence);
            lost.add(new Lost(first, ranges, true));
        }
    }

    /**
     * Takes the next block.
     *
     * @param header whole by itself
     * @return what is wrong with it here, or nothing; a block that goes back is not counted
     */
    @Nullable
    String take(BlockHeader header) {
        if (!header.machine().equals(machine)) {
            return "belongs to machine " + header.machine();
        }
        String problem = problemOf(header);
        if (header.blockNumber() <= blockNumber) {
            return problem;
        }
        HistoryState before = state;
        if (problem != null || before == null) {
            if (header.blockNumber() > blockNumber + 1 && before != null) {
                lose();
            }
            state = null;
        } else {
            state = before.after(header);
        }
        problem = problem != null ? problem : clockProblem(header);
        move(header);
        return problem;
    }

    /**
     * Takes the next block, of which cleaning has left a stub: what it did to the history's state is not known any more.
     *
     * @param stub whole by itself
     * @return what is wrong with it here, or nothing; a block that goes back is not counted
     */
    @Nullable
    String take(StubBlock stub) {
        if (stub.blockNumber() != blockNumber + 1) {
            return "is a stub behind block " + blockNumber;
        }
        state = null;
        chain = stub.digest();
        blockNumber = stub.blockNumber();
        epoch = stub.epoch();
        sequence = stub.firstSequence() + stub.sequenceCount() - 1;
        goodBlocks++;
        checkExpected();
        return null;
    }

    private @Nullable String problemOf(BlockHeader header) {
        HistoryState before = state;
        if (before != null) {
            try {
                before.after(header);
                return null;
            } catch (HoldfastException e) {
                return "does not follow: " + e.getMessage();
            }
        }
        boolean next = header.blockNumber() == blockNumber + 1;
        if (header.blockNumber() <= blockNumber
                || next && chain != null && !header.previous().equals(chain)) {
            return "is block " + header.blockNumber() + " behind " + header.previous() + "; expected one behind block "
                    + blockNumber + ", " + chain;
        }
        return null;
    }

    private @Nullable String clockProblem(BlockHeader header) {
        boolean same = header.epoch() == epoch && !header.isEpoch();
        if (same && header.extentCount() > 0 && header.firstUtcMillis() < utcMillis) {
            return "its source's clock runs backwards: " + header.firstUtcMillis() + " ms after " + utcMillis
                    + " ms in epoch " + epoch;
        }
        return null;
    }

    private void move(BlockHeader header) {
        if (header.isEpoch() && header.notes().getFirst() instanceof Note.Opening opening) {
            epochs.add(opening.epoch());
            utcMillis = 0;
        } else {
            utcMillis = Math.max(utcMillis, header.lastUtcMillis());
        }
        chain = header.digest();
        blockNumber = header.blockNumber();
        epoch = header.epoch();
        sequence = header.lastSequence();
        goodBlocks++;
        checkExpected();
    }

    /** A block that is as expected needs no more looking for. */
    private void checkExpected() {
        Expected wanted = expected.get(blockNumber);
        if (wanted != null && wanted.digest().equals(chain)) {
            expected.remove(blockNumber);
        }
    }

    /** What somebody said of blocks and was not found so. */
    Map<Long, Expected> missed() {
        return expected;
    }

    @Nullable
    HistoryState state() {
        return state;
    }

    long blockNumber() {
        return blockNumber;
    }

    /** The digest of the newest block; zeroes when it is not known. */
    ChainDigest digest() {
        ChainDigest known = chain;
        return known == null ? ChainDigest.NONE : known;
    }

    long goodBlocks() {
        return goodBlocks;
    }

    Position newest() {
        return new Position(epoch, sequence);
    }

    List<Epoch> epochs() {
        return epochs;
    }

    List<Lost> lost() {
        return lost;
    }
}
