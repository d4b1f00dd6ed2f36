package io.holdfast.journal.internal.build;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The array that one batch lies in; goes back to its pool once. */
final class BatchMemory implements Runnable {

    private final BufferPool pool;
    private final AtomicReference<byte @Nullable []> block;

    BatchMemory(BufferPool pool, byte[] block) {
        this.pool = pool;
        this.block = new AtomicReference<>(block);
    }

    @Override
    public void run() {
        byte[] held = block.getAndSet(null);
        if (held != null) {
            pool.give(held);
        }
    }
}
