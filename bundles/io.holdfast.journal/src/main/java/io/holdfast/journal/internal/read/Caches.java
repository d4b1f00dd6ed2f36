package io.holdfast.journal.internal.read;

import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.internal.format.TablePage;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** What a store keeps in memory for reading, bounded by its settings. Thread-safe. */
public final class Caches {

    private final AtomicLong owners = new AtomicLong();
    private final WeightedCache<ByteBuffer> pages;
    private final WeightedCache<OpenBlock> blocks;
    private final WeightedCache<Pieces> pieces;
    private final WeightedCache<byte[]> frames;

    /**
     * Makes empty caches.
     *
     * @param settings the bounds: a quarter of the index cache for pages, a quarter for resolved MiB, half for headers
     */
    public Caches(StoreSettings settings) {
        pages = new WeightedCache<>(settings.indexCacheBytes() / 4, _ -> TablePage.BYTES);
        pieces = new WeightedCache<>(settings.indexCacheBytes() / 4, Pieces::memoryBytes);
        blocks = new WeightedCache<>(settings.indexCacheBytes() / 2, OpenBlock::memoryBytes);
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

    WeightedCache<ByteBuffer> pages() {
        return pages;
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
