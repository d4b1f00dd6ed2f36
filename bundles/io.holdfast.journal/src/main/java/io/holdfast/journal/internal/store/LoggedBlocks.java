package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The durable blocks of one history that lie in the intake log alone, oldest first. Not thread-safe: its history guards it. */
final class LoggedBlocks {

    private final List<HeldBlock> blocks = new ArrayList<>();
    private Amount amount = Amount.NONE;

    /**
     * How much some blocks are.
     *
     * @param blocks how many
     * @param bytes as they lie in the log
     * @param plaintextBytes data in them
     * @param extents in them
     * @param noteBytes in them
     * @param epochs how many open one
     */
    record Amount(long blocks, long bytes, long plaintextBytes, long extents, long noteBytes, long epochs) {

        static final Amount NONE = new Amount(0, 0, 0, 0, 0, 0);

        Amount plus(HeldBlock block) {
            return add(block.header(), 1);
        }

        private Amount minus(HeldBlock block) {
            return add(block.header(), -1);
        }

        private Amount add(BlockHeader header, int times) {
            return new Amount(
                    blocks + times,
                    bytes + (long) times * header.blockLength(),
                    plaintextBytes + (long) times * header.plaintextLength(),
                    extents + (long) times * header.extentCount(),
                    noteBytes + (long) times * header.noteBytes(),
                    epochs + (header.isEpoch() ? times : 0));
        }
    }

    void add(List<HeldBlock> more) {
        for (HeldBlock block : more) {
            blocks.add(block);
            amount = amount.plus(block);
        }
    }

    /** Forgets the blocks up to one: they lie in segments. */
    void removeUpTo(long blockNumber) {
        int count = 0;
        while (count < blocks.size() && blocks.get(count).header().blockNumber() <= blockNumber) {
            amount = amount.minus(blocks.get(count));
            count++;
        }
        blocks.subList(0, count).clear();
    }

    List<HeldBlock> all() {
        return List.copyOf(blocks);
    }

    Amount amount() {
        return amount;
    }

    List<BlockHeader> headers() {
        return blocks.stream().map(HeldBlock::header).toList();
    }

    /** Finds the header of the block that has a sequence. */
    Optional<BlockHeader> headerWith(long sequence) {
        return blocks.stream()
                .map(HeldBlock::header)
                .filter(header -> header.firstSequence() <= sequence && sequence <= header.lastSequence())
                .findFirst();
    }

    /** Adds what they take to a sum. */
    SegmentBytes addTo(SegmentBytes sum) {
        SegmentBytes all = sum;
        for (HeldBlock block : blocks) {
            all = all.plus(block.header());
        }
        return all;
    }
}
