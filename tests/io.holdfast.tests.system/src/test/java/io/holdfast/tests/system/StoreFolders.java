package io.holdfast.tests.system;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.journal.KeyFile;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;

/** Folders of recovery stores, and whole disks read from them. */
final class StoreFolders {

    private StoreFolders() {}

    /** Makes keys for a machine and a file with them in clear. */
    static MachineKeys newKeys(Path file, MachineId machine) {
        MachineKeys keys = MachineKeys.generate(new SecureRandom());
        KeyFile.write(file, machine, keys);
        return keys;
    }

    /** Copies a folder with all that is in it. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Lists the sealed segments of all machines. */
    static List<Path> sealedSegments(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(file -> file.toString().endsWith(".seg")).toList();
        }
    }

    /** Reads a whole disk as it was at a point. */
    static byte[] read(MachineHistory history, Position point, MachineKeys keys, int disk) {
        try (PointImage image = history.openPoint(point, keys)) {
            ByteBuffer content = ByteBuffer.allocate(
                    (int) image.disks().disk(disk).orElseThrow().sizeBytes());
            image.read(disk, 0, content);
            return content.array();
        }
    }
}
