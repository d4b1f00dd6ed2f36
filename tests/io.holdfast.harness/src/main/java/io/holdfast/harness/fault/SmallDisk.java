package io.holdfast.harness.fault;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder on a file system (ext4) of its own, which can be full and can hang. The file system lies in a file of the temporary folder, which
 * is gone after {@link #close} as soon as nobody has a file in it open.
 */
public final class SmallDisk implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long BLOCK_BYTES = 4096;
    private static final int MEBIBYTE = 1 << 20;

    private final Path folder;
    private final List<Path> fillers = new ArrayList<>();
    private boolean hanging;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Puts a folder on a small disk, with all that it holds but its sockets. What is open in it stays where it was: nobody may use the folder
     * meanwhile.
     *
     * @param folder that exists
     * @param mebibytes the size of the file system
     * @return the disk; close it
     */
    public static SmallDisk under(Path folder, int mebibytes) throws IOException {
        Path image = Files.createTempFile("holdfast-disk-", ".ext4");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes * MEBIBYTE);
            run("/sbin/mkfs.ext4", "-q", "-m", "0", "-d", folder.toString(), image.toString());
            run("mount", "-o", "loop", image.toString(), folder.toString());
        } finally {
            // the mount holds it
            Files.delete(image);
        }
        Files.delete(folder.resolve("lost+found"));
        return new SmallDisk(folder);
    }

    /** Takes all the space that is left, with blocks that are given to files and never written. */
    public void fill() throws IOException {
        long bytes = Files.getFileStore(folder).getUsableSpace();
        while (bytes >= BLOCK_BYTES) {
            Path filler = folder.resolve("filler-" + fillers.size());
            fillers.add(filler);
            boolean whole =
                    ProcessTools.run(LIMIT, List.of("fallocate", "--length", Long.toString(bytes), filler.toString()))
                                    .exitCode()
                            == 0;
            // what could not be had whole is tried for in smaller pieces
            bytes = whole ? Files.getFileStore(folder).getUsableSpace() : bytes / 2;
        }
    }

    /** Gives back what {@link #fill} took. */
    public void empty() throws IOException {
        for (Path filler : fillers) {
            Files.deleteIfExists(filler);
        }
        fillers.clear();
    }

    /** Lets every write hang, until {@link #thaw}. Who reads goes on. */
    public void freeze() throws IOException {
        run("/sbin/fsfreeze", "--freeze", folder.toString());
        hanging = true;
    }

    /** Lets the writes go on that hang. */
    public void thaw() throws IOException {
        run("/sbin/fsfreeze", "--unfreeze", folder.toString());
        hanging = false;
    }

    /** Takes the disk from its folder, which holds again what it held before. Who has a file of it open keeps that. */
    @Override
    public void close() throws IOException {
        if (hanging) {
            thaw();
        }
        run("umount", "--lazy", folder.toString());
    }

    private static void run(String... command) throws IOException {
        ProcessTools.run(LIMIT, List.of(command)).orThrow(String.join(" ", command));
    }
}
