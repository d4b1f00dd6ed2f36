package io.holdfast.changelog;

import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges the files of one generation into one sequence. A proof comes out as soon as everything that it speaks of has. One thread.
 */
final class GenerationCursor {

    final Generation generation;
    private final List<FileCursor> cursors;
    private final long proofsFrom;
    private long wanted;

    /** Begins so that {@code from} is the first sequence that comes out, and proofs of the one before it. */
    GenerationCursor(Generation generation, long from) {
        this.generation = generation;
        this.wanted = Math.max(from, generation.firstSequence());
        this.proofsFrom = wanted - 1;
        this.cursors = generation.files().stream()
                .map(stored -> new FileCursor(stored, stored.startFor(Math.max(0, wanted - 1))))
                .toList();
    }

    /** The sequence that has to come next. */
    long wanted() {
        return wanted;
    }

    /**
     * Takes the next record.
     *
     * @param last numbered records beyond this are left where they are
     * @return nothing when the next one is not there or is beyond {@code last}
     */
    @Nullable
    StreamRecord next(long last) throws IOException {
        for (FileCursor cursor : cursors) {
            StreamRecord head = skipOlder(cursor);
            if (head instanceof StreamRecord.Proof) {
                if (head.sequence() < wanted) {
                    cursor.advance();
                    return head;
                }
            } else if (head != null && head.sequence() == wanted && wanted <= last) {
                cursor.advance();
                wanted++;
                return head;
            }
        }
        return null;
    }

    private @Nullable StreamRecord skipOlder(FileCursor cursor) throws IOException {
        StreamRecord head = cursor.peek();
        while (head != null && isOlder(head)) {
            cursor.advance();
            head = cursor.peek();
        }
        return head;
    }

    private boolean isOlder(StreamRecord head) {
        return head instanceof StreamRecord.Proof ? head.sequence() < proofsFrom : head.sequence() < wanted;
    }

    /** The first damage that a file of this generation shows where its cursor stands. */
    Optional<String> damage() {
        return cursors.stream().flatMap(cursor -> cursor.damage().stream()).findFirst();
    }
}
