package io.holdfast.journal.internal.read;

import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.TablePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** What a store keeps in memory for reading, bounded by its settings. Thread-safe. */
public final class Caches {

    private final AtomicLong owners = new AtomicLong();
    private final WeightedCache<ByteBuffer> pages;
    private final WeightedCache<long[]> tables;
    private final WeightedCache<OpenBlock> blocks;
    private final WeightedCache<BlockFrames> blockFrames;
    private final WeightedCache<Pieces> pieces;
    private final WeightedCache<byte[]> frames;

    /**
     * Makes empty caches.
     *
     * @param settings the bounds: of the index cache a quarter for pages, one for fences and wide entries, one for resolved MiB, an
     *     eighth for headers, an eighth for what it takes to read frames
     */
    public Caches(StoreSettings settings) {
        pages = new WeightedCache<>(settings.indexCacheBytes() / 4, _ -> TablePage.BYTES);
        tables = new WeightedCache<>(settings.indexCacheBytes() / 4, words -> (long) words.length * Long.BYTES);
        pieces = new WeightedCache<>(settings.indexCacheBytes() / 4, Pieces::memoryBytes);
        blocks = new WeightedCache<>(settings.indexCacheBytes() / 8, OpenBlock::memoryBytes);
        blockFrames = new WeightedCache<>(settings.indexCacheBytes() / 8, BlockFrames::memoryBytes);
        frames = new WeightedCache<>(settings.frameCacheBytes(), frame -> frame.length);
    }

    /**
     * Gives a number that no other segment or image has.
     *
     * @return the owner for keys of this cache
     */
    public long newOwner() {
        return owners.incrementAndGet();
    }

    /**
     * Gives a page of a table; read from its file when it is not kept.
     *
     * @param owner whose file
     * @param file which
     * @param at where the page lies
     * @param number of the page within its table
     * @param entryBytes of one entry
     * @return its entries, little-endian, position 0; nobody changes them
     * @throws IOException when the medium fails
     * @throws DamagedException when it is no such page
     */
    public ByteBuffer page(long owner, StoreFile file, long at, int number, int entryBytes)
            throws IOException, DamagedException {
        return pages.get(new WeightedCache.Key(owner, at), () -> {
            ByteBuffer bytes = ByteBuffer.allocate(TablePage.BYTES);
            if (file.read(at, bytes) < TablePage.BYTES) {
                throw DamagedException.damaged("the file ends within the page at " + at);
            }
            return TablePage.open(bytes.flip(), number, entryBytes);
        });
    }

    WeightedCache<long[]> tables() {
        return tables;
    }

    WeightedCache<BlockFrames> blockFrames() {
        return blockFrames;
    }

    WeightedCache<OpenBlock> blocks() {
        return blocks;
    }

    WeightedCache<Pieces> pieces() {
        return pieces;
    }

    WeightedCache<byte[]> frames() {
        return frames;
    }
}
