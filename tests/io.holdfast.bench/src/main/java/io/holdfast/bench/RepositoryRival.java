package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that reads the whole image for each point and keeps in a repository what it has not seen before. */
abstract class RepositoryRival implements Rival {

    private final Path repository;

    /** Runs the program. */
    final RivalTool tool;

    /** What is to be kept. */
    final Path image;

    /**
     * Prepares.
     *
     * @param folder of this rival
     * @param image what is to be kept
     * @param environment of the program
     */
    RepositoryRival(Path folder, Path image, Map<String, String> environment) {
        this.image = image;
        this.repository = repositoryIn(folder);
        this.tool = new RivalTool(folder, environment);
    }

    static Path repositoryIn(Path folder) {
        return folder.resolve("repository");
    }

    @Override
    public final RivalCost first() throws IOException, InterruptedException {
        return keep(0);
    }

    @Override
    public final void changed(int round, List<RivalImage.Write> writes) {
        // finds out by itself
    }

    @Override
    public final long spaceBytes() throws IOException {
        return Folders.bytes(repository);
    }

    @Override
    public final void close() {
        // nothing runs on
    }
}
