package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Borg: reads the whole image for each point, cuts it into pieces of 64 KiB, keeps each once, encrypted and compressed. */
final class BorgRival extends RepositoryRival {

    BorgRival(Path folder, Path image) throws IOException, InterruptedException {
        super(
                folder,
                image,
                Map.of(
                        "BORG_PASSPHRASE",
                        "bench",
                        "BORG_REPO",
                        repositoryIn(folder).toString(),
                        "BORG_BASE_DIR",
                        folder.toString()));
        tool.run("borg", "init", "--encryption", "repokey-blake2");
    }

    @Override
    public String name() {
        return "borg";
    }

    @Override
    public String note() {
        return "encrypted; reads the whole image for each point; pieces of 64 KiB, as suits images, Zstandard";
    }

    @Override
    public RivalCost keep(int round) throws IOException, InterruptedException {
        return tool.runIn(
                image.toAbsolutePath().getParent(),
                "borg",
                "create",
                "--compression",
                "zstd",
                "--chunker-params",
                "fixed,65536",
                "::point" + round,
                image.getFileName().toString());
    }

    @Override
    public RivalCost restore(int round, Path folder) throws IOException, InterruptedException {
        return tool.runIn(folder, "borg", "extract", "::point" + round);
    }

    @Override
    public Path restored(int round, Path folder) {
        return folder.resolve(image.getFileName());
    }
}
