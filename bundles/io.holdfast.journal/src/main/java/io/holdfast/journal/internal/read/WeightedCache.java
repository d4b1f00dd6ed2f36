package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was used last, up to a bound in bytes. Thread-safe; two threads may load the same value at once.
 *
 * @param <V> what is kept
 */
public final class WeightedCache<V> {

    /** About what an entry takes beside its value. */
    private static final int ENTRY_BYTES = 128;

    private final long bytesMax;
    private final ToLongFunction<V> weight;
    private final Map<Key, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * Names a value.
     *
     * @param owner segment or image that it belongs to
     * @param at place within it
     */
    public record Key(long owner, long at) {}

    /**
     * Makes a value that is not kept.
     *
     * @param <V> what is kept
     */
    public interface Loader<V> {

        /**
         * Makes the value.
         *
         * @return the value
         * @throws IOException when the medium fails
         * @throws DamagedException when the bytes are damaged
         */
        V load() throws IOException, DamagedException;
    }

    /**
     * Makes a cache.
     *
     * @param bytesMax what all values may take together
     * @param weight tells what one takes
     */
    public WeightedCache(long bytesMax, ToLongFunction<V> weight) {
        this.bytesMax = bytesMax;
        this.weight = weight;
    }

    /**
     * Gives a value.
     *
     * @param key which
     * @param loader makes it when it is not kept
     * @return the value
     * @throws IOException when the medium fails
     * @throws DamagedException when the bytes are damaged
     */
    public V get(Key key, Loader<V> loader) throws IOException, DamagedException {
        synchronized (entries) {
            @Nullable V kept = entries.get(key);
            if (kept != null) {
                return kept;
            }
        }
        V loaded = loader.load();
        synchronized (entries) {
            @Nullable V replaced = entries.put(key, loaded);
            bytes += weigh(loaded) - (replaced == null ? 0 : weigh(replaced));
            Iterator<Map.Entry<Key, V>> oldest = entries.entrySet().iterator();
            while (bytes > bytesMax && oldest.hasNext()) {
                bytes -= weigh(oldest.next().getValue());
                oldest.remove();
            }
        }
        return loaded;
    }

    /**
     * Tells whether a value is kept.
     *
     * @param key which
     * @return true when nothing has to be loaded for it at this moment
     */
    public boolean has(Key key) {
        synchronized (entries) {
            return entries.containsKey(key);
        }
    }

    private long weigh(V value) {
        return weight.applyAsLong(value) + ENTRY_BYTES;
    }
}
