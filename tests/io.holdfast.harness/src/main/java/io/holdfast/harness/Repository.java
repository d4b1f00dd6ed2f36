package io.holdfast.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources lie around us. */
final class Repository {

    private static final String MARK = "tests/guest/build.sh";

    private Repository() {}

    /** The folder that the property {@code holdfast.root} names, or the nearest one upwards that is the repository. */
    static Path root() throws IOException {
        String given = System.getProperty("holdfast.root");
        Path start = given == null ? Path.of("").toAbsolutePath() : Path.of(given);
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(MARK))) {
                return folder;
            }
        }
        throw new IOException("no folder above " + start + " holds " + MARK);
    }
}
