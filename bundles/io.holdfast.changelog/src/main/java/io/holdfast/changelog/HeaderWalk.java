package io.holdfast.changelog;

import java.io.IOException;
import java.util.Optional;

/**
 * Looks at every group header of a file after a crash, also at those behind damage: what a later group says about what was synced decides
 * whether damage before it is a torn tail.
 */
final class HeaderWalk {

    private HeaderWalk() {}

    /**
     * Walks a file, sets its checkpoints and makes all of it readable.
     *
     * @return the highest sequence that any of its groups says was synced
     */
    static long highestSynced(StoredFile stored) throws IOException {
        long length = stored.file.length();
        long synced = 0;
        long highest = 0;
        long position = FileHeader.BYTES;
        while (position < length) {
            Optional<GroupHeader> found = FileCursor.headerAt(stored, position);
            if (found.isEmpty()) {
                position += Blocks.BYTES;
                continue;
            }
            GroupHeader header = found.get();
            stored.groupAt(position, highest);
            synced = Math.max(synced, header.syncedSequence());
            highest = Math.max(highest, header.lastSequence());
            position = header.end() <= length ? header.end() : position + Blocks.BYTES;
        }
        stored.written(length);
        stored.publish(length);
        return synced;
    }
}
