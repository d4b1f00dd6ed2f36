package io.holdfast.adapter.kvm.guard;

import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat file as the guard sees it. The file may appear late or be replaced: {@link #refresh} looks, on a thread that may hang with
 * the disk; reading never touches the disk.
 */
final class HeartbeatSight {

    private record Open(
            CaptureHeartbeat heartbeat, @Nullable Object fileKey) {}

    /** A process, safe against its number being given to another one. */
    record Writer(long processId, @Nullable Instant started) {}

    private final Path file;
    private final long sinceNanos;
    private volatile @Nullable Open open;
    private volatile @Nullable Writer writer;

    /**
     * Starts without a file; until there is one the writer counts as silent since now.
     */
    HeartbeatSight(Path file, long nowNanos) {
        this.file = file;
        this.sinceNanos = nowNanos;
    }

    long silentNanos(long nowNanos) {
        Open now = open;
        return now == null ? nowNanos - sinceNanos : now.heartbeat.silentNanos(nowNanos);
    }

    long oldestUnansweredNanos(long nowNanos) {
        Open now = open;
        return now == null ? 0 : now.heartbeat.oldestUnansweredNanos(nowNanos);
    }

    /** Opens the file when it is new or another one than before, and learns who writes it. */
    void refresh() {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            Open before = open;
            if (before == null || !Objects.equals(before.fileKey, key)) {
                open = new Open(CaptureHeartbeat.open(file), key);
            }
        } catch (IOException | HoldfastException _) {
            // not there yet, or half made: seen again at the next look, silent until then
        }
        Open now = open;
        Writer known = writer;
        if (now != null && (known == null || known.processId != now.heartbeat.processId())) {
            long processId = now.heartbeat.processId();
            writer = new Writer(processId, started(processId).orElse(null));
        }
    }

    /** Kills the writer if it is still the process that was seen beating. */
    boolean killWriter() {
        Writer known = writer;
        if (known == null || known.started == null || !started(known.processId).equals(Optional.of(known.started))) {
            return false;
        }
        return ProcessHandle.of(known.processId)
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    private static Optional<Instant> started(long processId) {
        return ProcessHandle.of(processId).flatMap(handle -> handle.info().startInstant());
    }
}
