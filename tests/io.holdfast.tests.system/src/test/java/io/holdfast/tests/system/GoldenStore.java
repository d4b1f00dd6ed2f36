package io.holdfast.tests.system;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.journal.KeyFile;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import io.holdfast.tests.system.RandomStore.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A small store as a past format wrote it, with its key files and the digests of images at points of all its branches. It lies in a file that is
 * made once for each version of the format: {@link #main} makes the one of the present version.
 */
final class GoldenStore {

    /** The machine whose images are compared. */
    static final MachineId MACHINE = new MachineId(UUID.fromString("6f1d2a4e-9b35-4c70-8e12-0a5b7c9d3e41"));

    private static final MachineId OTHER = new MachineId(UUID.fromString("c41b7f90-2d5e-4a86-b3f1-7e0d9a6c5b28"));
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10);
    private static final long DISK_BYTES = 200_704;
    private static final int ROUNDS = 6;
    private static final int POINTS = 16;

    private final Path folder;

    private GoldenStore(Path folder) {
        this.folder = folder;
    }

    /** A disk as it was at a point. */
    record Expected(Position point, int disk, String sha256) {}

    /** Unpacks the store of a version of the format. */
    static GoldenStore unpack(int version, Path folder) throws IOException {
        String name = "/golden/store-v" + version + ".zip";
        try (InputStream resource = GoldenStore.class.getResourceAsStream(name);
                ZipInputStream zip = new ZipInputStream(resource)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
        return new GoldenStore(folder);
    }

    Path store() {
        return folder.resolve("store");
    }

    Path keyFile() {
        return folder.resolve("machine.key");
    }

    Path otherKeyFile() {
        return folder.resolve("other.key");
    }

    MachineKeys keys() {
        return KeyFile.read(keyFile(), MACHINE);
    }

    /** The keys of one of the two machines. */
    Optional<MachineKeys> keysOf(MachineId machine) {
        return Optional.of(KeyFile.read(machine.equals(MACHINE) ? keyFile() : otherKeyFile(), machine));
    }

    /** The keys with the hash of the machine's history. */
    Secrets secrets() {
        return secrets(keys());
    }

    private static Secrets secrets(MachineKeys keys) {
        return new Secrets(keys, BlockHashAlgorithm.HMAC_SHA256);
    }

    RecoveryStore open() {
        return RecoveryStore.open(store(), SETTINGS, RandomStore.TIME);
    }

    List<Expected> expected() throws IOException {
        return Files.readAllLines(folder.resolve("expected")).stream()
                .map(line -> line.split(" ", -1))
                .map(words -> new Expected(Position.parse(words[0]), Integer.parseInt(words[1]), words[2]))
                .toList();
    }

    static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    /**
     * Writes a golden store of the present format.
     *
     * @param arguments the file to write
     */
    public static void main(String[] arguments) throws Exception {
        GoldenStore golden = new GoldenStore(Files.createTempDirectory("golden"));
        golden.write(new Random(Long.getLong("holdfast.seed", 1)), Path.of(arguments[0]));
    }

    private void write(Random random, Path target) throws Exception {
        MachineKeys keys = StoreFolders.newKeys(keyFile(), MACHINE);
        MachineKeys otherKeys = StoreFolders.newKeys(otherKeyFile(), OTHER);
        try (RecoveryStore store = open()) {
            Secrets otherSecrets = new Secrets(otherKeys, BlockHashAlgorithm.NH_AES);
            RandomStore.begin(store, OTHER, otherSecrets, random, DISK_BYTES / 8)
                    .write(2, 12);
            RandomStore written = RandomStore.begin(store, MACHINE, secrets(keys), random, DISK_BYTES);
            written.ready();
            for (int round = 0; round < ROUNDS; round++) {
                written.write(3, 12);
                written.prove();
                switch (round % 4) {
                    case 0 -> written.resume();
                    case 1 -> written.branch();
                    case 2 -> written.breakCapture();
                    default -> written.settle();
                }
            }
            written.history().pin(RandomStore.everyPoint(written.history()).getFirst(), "golden");
            written.write(2, 4);
            written.prove();
            Files.write(folder.resolve("expected"), expectedOf(written.history(), keys, random));
            pack(target);
        }
    }

    private static List<String> expectedOf(MachineHistory history, MachineKeys keys, Random random) throws Exception {
        List<Position> points = RandomStore.everyPoint(history);
        List<String> lines = new ArrayList<>();
        for (int count = 0; count < POINTS; count++) {
            Position point = points.get(random.nextInt(points.size()));
            List<DiskDescription> disks;
            try (PointImage image = history.openPoint(point, keys)) {
                disks = image.disks().disks();
            }
            for (DiskDescription disk : disks) {
                byte[] content = StoreFolders.read(history, point, keys, disk.number());
                lines.add(point + " " + disk.number() + " " + sha256(content));
            }
        }
        return lines;
    }

    /** Packs the folder while the store is open, so that its intake log holds what was acknowledged last. */
    private void pack(Path target) throws IOException {
        try (OutputStream packed = Files.newOutputStream(target);
                ZipOutputStream zip = new ZipOutputStream(packed);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> !each.equals(folder)).sorted().toList()) {
                boolean isFolder = Files.isDirectory(file);
                zip.putNextEntry(new ZipEntry(folder.relativize(file) + (isFolder ? "/" : "")));
                if (!isFolder) {
                    Files.copy(file, zip);
                }
                zip.closeEntry();
            }
        }
    }
}
