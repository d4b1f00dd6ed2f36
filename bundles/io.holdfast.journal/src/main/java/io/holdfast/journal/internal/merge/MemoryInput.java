package io.holdfast.journal.internal.merge;

import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.WideTable;

/**
 * The run of a segment that is cut, in memory.
 *
 * @param run which
 */
public record MemoryInput(MemoryRun run) implements RunInput {

    @Override
    public Narrow narrow() {
        return new Narrow() {

            private int index = -1;

            @Override
            public boolean next() {
                index++;
                return index < run.count();
            }

            @Override
            public long key() {
                return run.key(index);
            }

            @Override
            public long location() {
                return run.location(index);
            }

            @Override
            public int segment() {
                return run.segment();
            }
        };
    }

    @Override
    public Wide wide() {
        long[] words = run.wide();
        return new Wide() {

            private int at = -WideTable.WORDS;

            @Override
            public boolean next() {
                at += WideTable.WORDS;
                return at < words.length;
            }

            @Override
            public long key() {
                return words[at];
            }

            @Override
            public long mebibytes() {
                return words[at + 1];
            }
        };
    }
}
