package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Remembers which points are offered, so that a restart offers them again: a replica waits for its export, it does not fail. One small file for
 * each offer, written beside and renamed.
 *
 * @since 1.0
 */
final class ExportFiles {

    /**
     * What is kept of an offer.
     *
     * @param id of the offer
     * @param machine whose point
     * @param position which point
     * @param proven whether it is a recovery point, or "latest, unproven"
     * @param pin the store's id of the pin that keeps the point
     */
    record Entry(UUID id, MachineId machine, Position position, boolean proven, long pin) {}

    private static final String SUFFIX = ".export";

    private final Path folder;

    /**
     * Uses a folder.
     *
     * @param folder created when it is not there
     * @throws HoldfastException {@code DISK_ERROR}
     */
    ExportFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Keeps an offer. Durable on return.
     *
     * @param entry the offer
     * @throws HoldfastException {@code DISK_ERROR}; it is then not kept
     */
    void keep(Entry entry) {
        Properties properties = new Properties();
        properties.setProperty("machine", entry.machine().toString());
        properties.setProperty("position", entry.position().toString());
        properties.setProperty("proven", Boolean.toString(entry.proven()));
        properties.setProperty("pin", Long.toString(entry.pin()));
        Path file = file(entry.id());
        Path next = folder.resolve(entry.id() + ".next");
        try {
            try (Writer writer = Files.newBufferedWriter(next)) {
                properties.store(writer, null);
            }
            force(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(folder);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Forgets an offer. Durable on return; nothing happens when there is none.
     *
     * @param id of the offer
     * @throws HoldfastException {@code DISK_ERROR}
     */
    void forget(UUID id) {
        try {
            if (Files.deleteIfExists(file(id))) {
                force(folder);
            }
        } catch (IOException e) {
            throw failed(file(id), e);
        }
    }

    /**
     * Reads all offers.
     *
     * @return in no order
     * @throws HoldfastException {@code DISK_ERROR}, or {@code INVALID_ARGUMENT} naming a file that cannot be read
     */
    List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
                entries.add(read(file));
            }
        } catch (IOException e) {
            throw failed(folder, e);
        }
        return entries;
    }

    private static Entry read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        String name = String.valueOf(file.getFileName());
        try {
            return new Entry(
                    UUID.fromString(name.substring(0, name.length() - SUFFIX.length())),
                    MachineId.parse(properties.getProperty("machine", "")),
                    Position.parse(properties.getProperty("position", "")),
                    Boolean.parseBoolean(properties.getProperty("proven", "")),
                    Long.parseLong(properties.getProperty("pin", "")));
        } catch (IllegalArgumentException e) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, file.toString(), "is no offer of a point", e);
        }
    }

    private Path file(UUID id) {
        return folder.resolve(id + SUFFIX);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static HoldfastException failed(Path path, IOException cause) {
        return new HoldfastException(
                ErrorCode.DISK_ERROR, path.toString(), "cannot be read or written: " + cause.getMessage(), cause);
    }
}
