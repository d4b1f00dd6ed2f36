package io.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How long this process has been on a processor, all threads together but those of Java's compiler, whose work comes to an end. Finer than what Java
 * tells, which comes in steps of 10 ms.
 */
final class ProcessorTime {

    private static final Path THREADS = Path.of("/proc/self/task");

    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

    private ProcessorTime() {}

    /** Nanoseconds so far of all these threads that live now. */
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
            if (COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt()) {
                return 0;
            }
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
