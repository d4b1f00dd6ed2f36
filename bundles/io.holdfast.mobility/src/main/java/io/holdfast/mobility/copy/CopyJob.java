package io.holdfast.mobility.copy;

import io.holdfast.adapter.DiskReader;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.mobility.stream.CopyPiece;
import io.holdfast.mobility.stream.CopyRead;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.mobility.stream.StoreHashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a copy beside a running capture, in steps of one MiB. Every read is noted with the sequencer before the hypervisor is asked
 * what there is to read, so that whatever the guest writes meanwhile is struck out.
 *
 * <p>Why equal hashes may be skipped: bytes that no write was sequenced for since the store's answer are equal as compared; all others get
 * their content from the stream. That holds for answers given when the store had everything up to the last gap.
 *
 * <p>Steps belong to one thread; progress may be asked by anybody.
 */
public final class CopyJob implements AutoCloseable {

    /** What a step did. */
    public enum Step {
        /** There is more to do at once. */
        MORE,
        /** The store or the stream has to go on first. */
        WAIT,
        /** Everything is in the stream. */
        DONE,
        /** The capture ended; nothing more can come of this copy. */
        OVER
    }

    /** Opens disks of the source. */
    @FunctionalInterface
    public interface Readers {

        /**
         * Opens a disk.
         *
         * @param diskIdentity which
         * @param bitmaps whose union is to be read, empty for all
         * @return the reader
         */
        DiskReader open(String diskIdentity, List<String> bitmaps);
    }

    private static final int WINDOW_CHUNKS = 64;
    /** Chunks that wait for an answer with their content in memory: 16 MiB. */
    private static final int PENDING_CHUNKS_MAX = 16;

    private static final StoreHashes.Question NOT_ASKED = new StoreHashes.Question() {
        @Override
        public boolean isLost() {
            return true;
        }

        @Override
        public Optional<ByteBuffer> answer() {
            return Optional.empty();
        }
    };

    private final CopyPlan plan;
    private final Sequencer sequencer;
    private final StoreHashes hashes;
    private final Readers readers;
    private final Deque<Chunk> window = new ArrayDeque<>();
    private final Deque<Chunk> pending = new ArrayDeque<>();

    private int diskIndex = -1;
    private long nextOffset;
    private @Nullable DiskReader reader;
    private @Nullable BlockHasher hasher;
    private boolean comparing;
    private boolean begun;
    private long windowOffset;
    private StoreHashes.@Nullable Question summary;
    private volatile long doneBytes;
    private volatile long sentBytes;

    /**
     * Prepares a copy.
     *
     * @param plan what to copy
     * @param sequencer where copies go
     * @param hashes asks the store
     * @param readers opens disks
     */
    public CopyJob(CopyPlan plan, Sequencer sequencer, StoreHashes hashes, Readers readers) {
        this.plan = plan;
        this.sequencer = sequencer;
        this.hashes = hashes;
        this.readers = readers;
    }

    /**
     * The plan.
     *
     * @return what is copied
     */
    public CopyPlan plan() {
        return plan;
    }

    /**
     * How far it is.
     *
     * @return bytes of all disks that were looked at or need not be
     */
    public long doneBytes() {
        return doneBytes;
    }

    /**
     * What was put into the stream.
     *
     * @return bytes of data
     */
    public long sentBytes() {
        return sentBytes;
    }

    /**
     * Does a little.
     *
     * @return what was done
     * @throws IOException when the source cannot be read
     */
    public Step step() throws IOException {
        if (!begun && !begin()) {
            return Step.WAIT;
        }
        Chunk first = pending.peek();
        if (first != null) {
            Step step = settle(first);
            if (step != Step.WAIT) {
                return step;
            }
        }
        if (pending.size() < PENDING_CHUNKS_MAX) {
            if (!window.isEmpty()) {
                return comparing && !hasSummary() ? Step.WAIT : take(window.element());
            }
            if (openWindow()) {
                return Step.MORE;
            }
        }
        return pending.isEmpty() ? Step.DONE : Step.WAIT;
    }

    /** Compares if it can: only once the store has everything up to the last gap, and only if it holds the key. */
    private boolean begin() {
        if (plan.kind() == CopyKind.BITMAP || plan.kind() == CopyKind.SCAN) {
            if (!mayAsk()) {
                return false;
            }
            hashes.key().ifPresent(key -> hasher = new BlockHasher(key));
            comparing = hasher != null;
        }
        begun = true;
        return true;
    }

    private boolean openWindow() throws IOException {
        while (reader == null || nextOffset >= disk().sizeBytes()) {
            if (diskIndex + 1 >= plan.disks().size()) {
                return false;
            }
            openNextDisk();
        }
        windowOffset = nextOffset;
        long end = Math.min(disk().sizeBytes(), windowOffset + (long) WINDOW_CHUNKS * Chunk.BYTES);
        for (long offset = windowOffset; offset < end; offset += Chunk.BYTES) {
            int length = (int) Math.min(Chunk.BYTES, end - offset);
            CopyRead read = sequencer.beginCopy(plan.capture(), disk().number(), offset, length);
            window.add(new Chunk(disk().number(), read, offset, length));
        }
        for (DiskReader.Range range : toLookAt(windowOffset, end - windowOffset)) {
            window.forEach(chunk -> chunk.look(range));
        }
        nextOffset = plan.nextWanted(disk(), end);
        summary = null;
        return true;
    }

    private List<DiskReader.Range> toLookAt(long offset, long length) throws IOException {
        if (plan.kind() != CopyKind.MEND) {
            return known(reader).dirty(offset, length);
        }
        return plan.ranges().stream()
                .filter(range -> range.disk() == disk().number())
                .map(range -> new DiskReader.Range(range.offset(), range.length(), false))
                .toList();
    }

    private void openNextDisk() {
        closeReader();
        diskIndex++;
        nextOffset = plan.nextWanted(disk(), 0);
        if (nextOffset < disk().sizeBytes()) {
            reader = readers.open(disk().identity(), plan.bitmaps());
        }
    }

    private DiskDescription disk() {
        return plan.disks().get(diskIndex);
    }

    /** One question for the whole window tells which of its chunks are the same; a bitmap's chunks are asked for by block. */
    private boolean hasSummary() {
        if (window.stream().noneMatch(Chunk::isWhole)) {
            return true;
        }
        StoreHashes.Question asked = summary;
        if (asked == null || asked.isLost()) {
            if (mayAsk()) {
                int count = (int) ((nextOffset - windowOffset - 1) / Chunk.BYTES) + 1;
                summary = hashes.ask(disk().number(), windowOffset / HashForms.BLOCK_BYTES, count, true);
            }
            return false;
        }
        return asked.answer().isPresent();
    }

    private Step take(Chunk chunk) throws IOException {
        if (chunk.isUntouched()) {
            window.remove();
            return drop(chunk);
        }
        chunk.fill(known(reader));
        if (!comparing) {
            if (plan.kind() == CopyKind.INITIAL) {
                chunk.wantData();
            } else {
                chunk.wantAll();
            }
            window.remove();
            pending.add(chunk);
            return Step.MORE;
        }
        chunk.hash(known(hasher));
        Optional<ByteBuffer> summaries = chunk.isWhole() && summary != null ? summary.answer() : Optional.empty();
        window.remove();
        if (summaries.isPresent()
                && chunk.isSameAs(summaries.get(), (int) ((chunk.offset - windowOffset) / Chunk.BYTES))) {
            return drop(chunk);
        }
        chunk.question = ask(chunk);
        pending.add(chunk);
        return Step.MORE;
    }

    private StoreHashes.Question ask(Chunk chunk) {
        return mayAsk() ? hashes.ask(chunk.disk, chunk.firstBlock(), chunk.blocks(), false) : NOT_ASKED;
    }

    private boolean mayAsk() {
        return hashes.durableSequence() >= plan.afterSequence();
    }

    private Step drop(Chunk chunk) {
        sequencer.abandonCopy(chunk.read);
        doneBytes += chunk.length;
        return Step.MORE;
    }

    private Step settle(Chunk chunk) {
        StoreHashes.Question asked = chunk.question;
        if (asked != null) {
            Optional<ByteBuffer> answer = asked.answer();
            if (answer.isEmpty()) {
                if (asked.isLost() && mayAsk()) {
                    chunk.question = ask(chunk);
                }
                return Step.WAIT;
            }
            chunk.wantDifferent(answer.get());
            chunk.question = null;
        }
        List<CopyPiece> pieces = chunk.pieces();
        return switch (sequencer.finishCopy(chunk.read, pieces, plan.pendingBytesMax())) {
            case YES -> {
                pending.remove();
                doneBytes += chunk.length;
                sentBytes += pieces.stream()
                        .mapToLong(piece -> piece.data().remaining())
                        .sum();
                yield Step.MORE;
            }
            case FULL -> Step.WAIT;
            case SEALED -> Step.OVER;
        };
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
        }
        reader = null;
    }

    /** Lets go of the source's disks; reads under way are forgotten. Idempotent. */
    @Override
    public void close() {
        closeReader();
        window.forEach(chunk -> sequencer.abandonCopy(chunk.read));
        pending.forEach(chunk -> sequencer.abandonCopy(chunk.read));
        window.clear();
        pending.clear();
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("used before it was there");
        }
        return value;
    }
}
