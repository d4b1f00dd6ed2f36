package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.read.BlockTable;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a segment that has no index yet. Whoever reads the segment keeps it while the segment is sealed beside. Grows by the writer alone;
 * thread-safe.
 */
final class OpenBlocks implements BlockTable {

    private final List<BlockEntry> entries = new ArrayList<>();

    synchronized void add(BlockEntry entry) {
        entries.add(entry);
    }

    @Override
    public synchronized int count() {
        return entries.size();
    }

    @Override
    public synchronized BlockEntry entry(int place) throws DamagedException {
        if (place < 0 || place >= entries.size()) {
            throw DamagedException.damaged("block " + place + " of a segment of " + entries.size());
        }
        return entries.get(place);
    }
}
