package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code qemu-img convert -c}: a compressed copy of its own for each point. */
final class QemuImgRival implements Rival {

    private final Path image;
    private final Path copies;
    private final RivalTool tool;

    QemuImgRival(Path folder, Path image) throws IOException {
        this.image = image;
        this.copies = Files.createDirectory(folder.resolve("copies"));
        this.tool = new RivalTool(folder, Map.of());
    }

    @Override
    public String name() {
        return "qemu-img";
    }

    @Override
    public String note() {
        return "not encrypted; a whole copy for each point, Zstandard";
    }

    private Path copy(int round) {
        return copies.resolve("point" + round + ".qcow2");
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
        return tool.run(
                "qemu-img",
                "convert",
                "-c",
                "-f",
                "raw",
                "-O",
                "qcow2",
                "-o",
                "compression_type=zstd",
                image.toString(),
                copy(round).toString());
    }

    @Override
    public RivalCost restore(int round, Path folder) throws IOException, InterruptedException {
        return tool.run(
                "qemu-img",
                "convert",
                "-f",
                "qcow2",
                "-O",
                "raw",
                copy(round).toString(),
                restored(round, folder).toString());
    }

    @Override
    public Path restored(int round, Path folder) {
        return folder.resolve("image.raw");
    }

    @Override
    public long spaceBytes() throws IOException {
        return Folders.bytes(copies);
    }

    @Override
    public void close() {
        // nothing runs on
    }
}
