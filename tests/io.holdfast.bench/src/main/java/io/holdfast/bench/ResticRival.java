package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** restic: reads the whole image for each point, cuts it by content, keeps each piece once, encrypted and compressed. */
final class ResticRival implements Rival {

    private final Path image;
    private final Path repository;
    private final RivalTool tool;

    ResticRival(Path folder, Path image) throws IOException, InterruptedException {
        this.image = image;
        this.repository = folder.resolve("repository");
        this.tool = new RivalTool(
                folder,
                Map.of(
                        "RESTIC_PASSWORD",
                        "bench",
                        "RESTIC_REPOSITORY",
                        repository.toString(),
                        "RESTIC_CACHE_DIR",
                        folder.resolve("cache").toString()));
        tool.run("restic", "init", "--repository-version", "2");
    }

    @Override
    public String name() {
        return "restic";
    }

    @Override
    public String note() {
        return "encrypted; reads the whole image for each point";
    }

    @Override
    public RivalCost first() throws IOException, InterruptedException {
        return keep(0);
    }

    @Override
    public void changed(int round, List<RivalImage.Write> writes) {
        // finds out by itself
    }

    @Override
    public RivalCost keep(int round) throws IOException, InterruptedException {
        return tool.run("restic", "backup", "--quiet", "--host", "bench", "--tag", "point" + round, image.toString());
    }

    @Override
    public RivalCost restore(int round, Path folder) throws IOException, InterruptedException {
        return tool.run("restic", "restore", "latest", "--tag", "point" + round, "--target", folder.toString());
    }

    @Override
    public Path restored(int round, Path folder) {
        return folder.resolve(Path.of("/").relativize(image));
    }

    @Override
    public long spaceBytes() throws IOException {
        return Folders.bytes(repository);
    }

    @Override
    public void close() {
        // nothing runs on
    }
}
