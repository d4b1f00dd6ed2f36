package io.holdfast.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The test guest as {@code tests/guest/build.sh} builds it.
 *
 * @param folder in the cache; nothing in it is ever written to
 */
public record GuestImages(Path folder) {

    /** Where the partition with record files begins on the first disk. */
    public static final long FILES_OFFSET = 25L << 20;

    private static final String SCRIPT = "tests/guest/build.sh";
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);
    private static final Duration COPY_LIMIT = Duration.ofMinutes(2);

    /**
     * Builds the guest of the repository around us, or finds it in the cache: the repository is the property {@code holdfast.root} or the
     * nearest folder upwards that has the guest's sources, the cache is {@code guest} in the property {@code holdfast.work} or in the
     * repository's {@code .holdfast}.
     *
     * @return the images
     */
    public static GuestImages ofRepository() throws IOException {
        Path root = Repository.root();
        String work = System.getProperty("holdfast.work");
        return build(root, (work == null ? root.resolve(".holdfast") : Path.of(work)).resolve("guest"));
    }

    /**
     * Builds the guest, or finds it in the cache.
     *
     * @param root of the repository
     * @param cache a folder, created when absent
     * @return the images
     */
    public static GuestImages build(Path root, Path cache) throws IOException {
        Path script = root.resolve(SCRIPT);
        String output = ProcessTools.run(BUILD_LIMIT, List.of(script.toString(), cache.toString()))
                .orThrow("the guest's build");
        Path folder = Path.of(output.strip().lines().reduce("", (_, last) -> last));
        if (!Files.exists(folder.resolve("manifest"))) {
            throw new IOException(script + " said '" + output + "'; expected the folder of the images last");
        }
        return new GuestImages(folder);
    }

    /** Copies both disks, as {@code disk0.raw} and {@code disk1.raw}, without filling their holes. */
    public void copyDisks(Path target) throws IOException {
        for (String disk : List.of("disk0.raw", "disk1.raw")) {
            copySparse(folder.resolve(disk), target.resolve(disk));
        }
    }

    /** A kernel that can boot, for probes of the accelerator. */
    public Path kernel() {
        return folder.resolve("vmlinuz");
    }

    /** Copies an image without filling its holes. */
    public static void copySparse(Path from, Path to) throws IOException {
        ProcessTools.run(COPY_LIMIT, List.of("cp", "--sparse=always", "--reflink=auto", from.toString(), to.toString()))
                .orThrow("the copy of " + from);
    }
}
