package io.holdfast.bench;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel keeps of files in memory. */
final class PageCache {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private PageCache() {}

    /** Has the kernel forget all files below a folder; needs no rights beyond reading them. */
    static void drop(Path folder) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "for file; do dd if=\"$file\" iflag=nocache count=0 status=none; done", "drop"));
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).map(Path::toString).forEach(command::add);
        }
        ProcessTools.run(LIMIT, command).orThrow("dd");
    }
}
