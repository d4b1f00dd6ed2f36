package io.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How long this process has been on a processor, all threads together. Finer than what Java tells, which comes in steps of 10 ms. */
final class ProcessorTime {

    private static final Path THREADS = Path.of("/proc/self/task");

    private ProcessorTime() {}

    /** Nanoseconds so far of all threads that live now. */
    static long nanos() {
        try (Stream<Path> all = Files.list(THREADS)) {
            List<Path> threads = all.toList();
            long sum = 0;
            for (Path thread : threads) {
                sum += nanosOf(thread);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long nanosOf(Path thread) throws IOException {
        try {
            String fields = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(fields.substring(0, fields.indexOf(' ')));
        } catch (NoSuchFileException _) {
            return 0;
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            return 0;
        }
    }
}
