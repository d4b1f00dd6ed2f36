package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * Tries, when a store is set up, whether it keeps the one promise that everything rests on: of two creations of one name, one wins. Some services
 * take conditional requests and ignore the condition.
 *
 * @since 1.0
 */
public final class ConditionalCreate {

    /** Under this machine nothing else is ever stored. */
    private static final MachineId PROBE = new MachineId(new UUID(0, 0));

    private ConditionalCreate() {}

    /**
     * Creates one object twice and looks at what is there. It is deleted afterwards.
     *
     * @param store which
     * @throws HoldfastException with {@link ErrorCode#ILLEGAL_STATE} when both creations win or the second replaces the first
     */
    public static void require(BlobStore store) {
        long number = 1;
        List<BlobName> old = store.list(PROBE, number, BlobStore.LIST_MAX);
        if (!old.isEmpty()) {
            number = old.getLast().number() + 1;
        }
        BlobName name = new BlobName(PROBE, number);
        boolean first = store.createIfAbsent(name, BlobContent.of(ByteBuffer.wrap(new byte[] {1})));
        boolean second = store.createIfAbsent(name, BlobContent.of(ByteBuffer.wrap(new byte[] {2})));
        ByteBuffer found = ByteBuffer.allocate(1);
        store.read(name, 0, found);
        if (first) {
            store.delete(name);
        }
        if (first && (second || found.get(0) != 1)) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE,
                    "object store",
                    "let two creations of one name succeed; expected it to refuse the second");
        }
    }
}
