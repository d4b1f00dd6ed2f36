package io.holdfast.adapter.kvm.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What the guard did, for people: at most two files of {@value #FILE_BYTES_MAX} bytes. Written by a thread of its own, so that a disk that
 * hangs never stops the guard; what does not fit in the queue meanwhile is dropped.
 */
final class GuardLog implements AutoCloseable {

    static final int FILE_BYTES_MAX = 256 << 10;
    private static final int QUEUE_MAX = 256;
    private static final String LAST = "";
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(200);

    private final Path file;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread writer;

    GuardLog(Path file) {
        this.file = file;
        this.writer = Thread.ofPlatform().daemon().name("holdfast-guard-log").start(this::writeAll);
    }

    /** Notes a line; never waits. */
    void say(String text) {
        queue.offer(Instant.now() + " " + text + "\n");
    }

    private void writeAll() {
        try {
            for (String line = queue.take(); !line.equals(LAST); line = queue.take()) {
                write(line);
            }
        } catch (InterruptedException _) {
            // nobody interrupts this thread; it ends with the process
        }
    }

    private void write(String line) {
        try {
            if (Files.exists(file) && Files.size(file) > FILE_BYTES_MAX) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(
                    file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException _) {
            // a full or broken disk: guarding matters more than telling of it
        }
    }

    /** Writes what is queued, unless the disk hangs. */
    @Override
    public void close() {
        queue.offer(LAST);
        try {
            writer.join(CLOSE_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
