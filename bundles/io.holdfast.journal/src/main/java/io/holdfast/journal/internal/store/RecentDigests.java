package io.holdfast.journal.internal.store;

import io.holdfast.journal.ChainDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The digests of the newest blocks of one history, to answer a batch that is sent again. Not thread-safe: its history guards it. */
final class RecentDigests {

    private static final int COUNT_MAX = 256;

    private final Map<Long, ChainDigest> digests = new LinkedHashMap<>();

    void put(long blockNumber, ChainDigest digest) {
        digests.put(blockNumber, digest);
        if (digests.size() > COUNT_MAX) {
            digests.remove(digests.keySet().iterator().next());
        }
    }

    /** The digest of a block, if it is one of the newest. */
    @Nullable
    ChainDigest of(long blockNumber) {
        return digests.get(blockNumber);
    }
}
