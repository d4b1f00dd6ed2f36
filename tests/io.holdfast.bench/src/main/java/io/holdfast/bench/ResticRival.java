package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** restic: reads the whole image for each point, cuts it by content, keeps each piece once, encrypted and compressed. */
final class ResticRival extends RepositoryRival {

    ResticRival(Path folder, Path image) throws IOException, InterruptedException {
        super(
                folder,
                image,
                Map.of(
                        "RESTIC_PASSWORD",
                        "bench",
                        "RESTIC_REPOSITORY",
                        repositoryIn(folder).toString(),
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
}
