package io.holdfast.journal.internal.format;

import io.holdfast.base.MachineId;
import io.holdfast.journal.ChainDigest;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a merged run says about itself, at its end. Body of an {@link Envelope} "HFM1":
 *
 * <pre>
 * 16 bytes machine, u64 first segment, u64 last segment, 32 bytes digest of the last segment's last block,
 * u64 count of entries, u64 count of wide entries, 32 bytes zero, u32 count of key ids, u32 zero,
 * key ids u64 each, top of the entries u64 each, top of the wide entries u64 each
 * </pre>
 *
 * The table of the entries starts the file, that of the wide entries follows, then the summary, then a tail as of a sealed segment.
 *
 * @param machine whose history
 * @param first the first segment that it takes in; 0 for all that the last one lies upon
 * @param last the last segment that it takes in
 * @param chain digest of that one's last block: tells that the run is of the segments that are there
 * @param keyIds data keys of batches that it names
 * @param entries {@link MergedEntry}
 * @param top of the entries
 * @param wide wide entries
 * @param wideTop of the wide entries
 */
public record RunSummary(
        MachineId machine,
        long first,
        long last,
        ChainDigest chain,
        Set<Long> keyIds,
        SortedTable entries,
        long[] top,
        SortedTable wide,
        long[] wideTop) {

    /** The most bytes of a summary. */
    public static final int BYTES_MAX = 64 << 20;

    /** The most key ids that a run names; with more it is not made. */
    public static final int KEYS_MAX = 1 << 16;

    private static final int MAGIC = 0x314D4648;
    private static final int RESERVED_BYTES = 32;
    private static final int FIXED_BYTES =
            16 + 2 * Long.BYTES + ChainDigest.BYTES + 2 * Long.BYTES + RESERVED_BYTES + 8;

    /**
     * Encodes the summary.
     *
     * @return its bytes
     */
    public byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(FIXED_BYTES + (keyIds.size() + top.length + wideTop.length) * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        BlockLayout.putUuid(body, 0, machine.value());
        body.position(16)
                .putLong(first)
                .putLong(last)
                .put(chain.toBytes())
                .putLong(entries.count())
                .putLong(wide.count());
        body.position(body.position() + RESERVED_BYTES).putInt(keyIds.size()).putInt(0);
        new TreeSet<>(keyIds).forEach(body::putLong);
        for (long[] words : new long[][] {top, wideTop}) {
            body.asLongBuffer().put(words);
            body.position(body.position() + words.length * Long.BYTES);
        }
        return Envelope.wrap(MAGIC, body.array());
    }

    /**
     * Decodes a summary.
     *
     * @param bytes exactly the summary
     * @return what it says
     * @throws DamagedException when it is none
     */
    public static RunSummary decode(ByteBuffer bytes) throws DamagedException {
        ByteBuffer body = Envelope.open("a run's summary", bytes, MAGIC, BYTES_MAX);
        try {
            MachineId machine = new MachineId(BlockLayout.getUuid(body, 0));
            body.position(16);
            long first = body.getLong();
            long last = body.getLong();
            byte[] chain = new byte[ChainDigest.BYTES];
            body.get(chain);
            SortedTable entries = table(0, MergedEntry.BYTES, body.getLong());
            SortedTable wide = table(entries.end(), MergedEntry.WIDE_BYTES, body.getLong());
            body.position(body.position() + RESERVED_BYTES);
            int keys = body.getInt();
            if (body.getInt() != 0 || keys < 0 || keys > KEYS_MAX || first < 0 || last < Math.max(1, first)) {
                throw DamagedException.damaged("a run's summary of segments " + first + " to " + last);
            }
            Set<Long> keyIds = new TreeSet<>();
            for (int index = 0; index < keys; index++) {
                keyIds.add(body.getLong());
            }
            long[] top = words(body, entries.groups());
            return new RunSummary(
                    machine,
                    first,
                    last,
                    ChainDigest.of(chain),
                    keyIds,
                    entries,
                    top,
                    wide,
                    words(body, wide.groups()));
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException _) {
            throw DamagedException.damaged("a run's summary is shorter than it claims");
        }
    }

    private static SortedTable table(long offset, int entryBytes, long count) throws DamagedException {
        if (count < 0 || count > Long.MAX_VALUE / entryBytes / 2) {
            throw DamagedException.damaged("a run's summary claims " + count + " entries");
        }
        return new SortedTable(offset, entryBytes, count);
    }

    private static long[] words(ByteBuffer body, int count) {
        if (count > body.remaining() / Long.BYTES) {
            throw new BufferUnderflowException();
        }
        long[] words = new long[count];
        body.asLongBuffer().get(words);
        body.position(body.position() + count * Long.BYTES);
        return words;
    }
}
