package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Open files for reading, shared by those who hold leases on them. A file stays open while somebody does, and a while longer. Thread-safe.
 *
 * @param <K> names a file
 * @param <V> what reads it
 */
final class LeasePool<K, V> implements AutoCloseable {

    private static final int IDLE_MAX = 256;

    private final Closer<V> closer;
    private final Map<K, Shared<K, V>> inUse = new HashMap<>();
    private final Map<K, Shared<K, V>> idle = new LinkedHashMap<>();
    private boolean closed;

    /** Opens a file. */
    interface Opener<V> {

        V open() throws IOException, DamagedException;
    }

    /** Closes a file. */
    interface Closer<V> {

        void close(V opened) throws IOException;
    }

    private static final class Shared<K, V> {

        private final K key;
        private final V opened;
        private int leases;
        private boolean forgotten;

        Shared(K key, V opened) {
            this.key = key;
            this.opened = opened;
        }
    }

    LeasePool(Closer<V> closer) {
        this.closer = closer;
    }

    /** The right to read one file, until closed. */
    final class Lease implements AutoCloseable {

        private final Shared<K, V> shared;
        private boolean given;

        private Lease(Shared<K, V> shared) {
            this.shared = shared;
        }

        V opened() {
            return shared.opened;
        }

        @Override
        public void close() {
            synchronized (LeasePool.this) {
                if (!given) {
                    given = true;
                    giveBack(shared);
                }
            }
        }
    }

    /**
     * Takes a lease.
     *
     * @param key which file
     * @param opener opens it when it is not open
     * @return the lease; the caller closes it
     */
    synchronized Lease lease(K key, Opener<V> opener) throws IOException, DamagedException {
        Shared<K, V> shared = inUse.get(key);
        if (shared == null) {
            shared = idle.remove(key);
            shared = shared != null ? shared : new Shared<>(key, opener.open());
            inUse.put(key, shared);
        }
        shared.leases++;
        return new Lease(shared);
    }

    private void giveBack(Shared<K, V> shared) {
        shared.leases--;
        if (shared.leases > 0) {
            return;
        }
        if (shared.forgotten) {
            closeQuietly(shared.opened);
            return;
        }
        inUse.remove(shared.key);
        idle.put(shared.key, shared);
        Iterator<Shared<K, V>> oldest = idle.values().iterator();
        while (oldest.hasNext() && (closed || idle.size() > IDLE_MAX)) {
            closeQuietly(oldest.next().opened);
            oldest.remove();
        }
    }

    /** Closes a file if nobody holds a lease on it; tells whether nobody does. */
    synchronized boolean release(K key) {
        Shared<K, V> unused = idle.remove(key);
        if (unused != null) {
            closeQuietly(unused.opened);
        }
        return !inUse.containsKey(key);
    }

    /** Closes a file that is going away; who holds a lease goes on reading it. */
    synchronized void forget(K key) {
        Shared<K, V> unused = idle.remove(key);
        if (unused != null) {
            closeQuietly(unused.opened);
        }
        Shared<K, V> used = inUse.remove(key);
        if (used != null) {
            used.forgotten = true;
        }
    }

    /** The same for all files of a kind. */
    synchronized void forgetAll(Predicate<K> kind) {
        Stream.concat(idle.keySet().stream(), inUse.keySet().stream())
                .filter(kind)
                .toList()
                .forEach(this::forget);
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.values().forEach(shared -> closeQuietly(shared.opened));
        idle.clear();
    }

    private void closeQuietly(V opened) {
        try {
            closer.close(opened);
        } catch (IOException _) {
            // it was read from only; nothing is lost
        }
    }
}
