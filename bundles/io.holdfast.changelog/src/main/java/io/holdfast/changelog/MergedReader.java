package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads across generations. */
final class MergedReader implements LogReader {

    private final ChangeLog log;
    private long nextSequence;
    private @Nullable GenerationCursor cursor;

    MergedReader(ChangeLog log, long fromSequence) {
        this.log = log;
        this.nextSequence = fromSequence;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public List<StreamRecord> next(long bytesMax) {
        List<StreamRecord> records = new ArrayList<>();
        long bytes = 0;
        try {
            while (bytes < bytesMax) {
                StreamRecord entry = take();
                if (entry == null) {
                    break;
                }
                records.add(entry);
                bytes += RecordCodec.encodedBytes(entry);
            }
        } catch (IOException e) {
            throw LogErrors.of("change log", e);
        }
        return records;
    }

    private @Nullable StreamRecord take() throws IOException {
        GenerationCursor current = cursor == null ? first() : cursor;
        while (current != null) {
            cursor = current;
            OptionalLong last = log.lastSequenceOf(current.generation);
            if (last.isPresent()) {
                StreamRecord entry = takeFrom(current, last.getAsLong());
                if (entry != null) {
                    return entry;
                }
            }
            Generation newer = log.generationOf(nextSequence).orElse(current.generation);
            current = newer == current.generation ? null : new GenerationCursor(newer, nextSequence);
        }
        return null;
    }

    /** Begins one sequence early, where the last proof of it may lie behind it in the generation before. */
    private @Nullable GenerationCursor first() {
        Optional<Generation> generation = log.generationOf(nextSequence - 1)
                .filter(before -> log.lastSequenceOf(before).isPresent())
                .or(() -> log.generationOf(nextSequence));
        return generation.isEmpty() ? null : new GenerationCursor(generation.get(), nextSequence);
    }

    private @Nullable StreamRecord takeFrom(GenerationCursor current, long last) throws IOException {
        StreamRecord entry = current.next(last);
        if (entry == null && current.wanted() <= last) {
            throw new HoldfastException(
                    ErrorCode.LOG_DAMAGED,
                    "change log",
                    current.damage().orElse("sequence " + current.wanted() + " is missing") + "; it was logged");
        }
        nextSequence = Math.max(nextSequence, current.wanted());
        return entry;
    }
}
