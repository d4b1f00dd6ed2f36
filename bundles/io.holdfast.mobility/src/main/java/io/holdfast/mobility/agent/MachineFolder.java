package io.holdfast.mobility.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.mobility.machine.MachineRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent keeps of one machine: {@code state.json}, written beside and renamed; the change log in {@code log}; sockets, heartbeat and the
 * guard's files. The folder's name is short, because sockets lie in it.
 */
final class MachineFolder {

    private static final int NAME_CHARACTERS = 12;
    private static final String STATE_FILE = "state.json";
    private static final Logger LOG = LoggerFactory.getLogger(MachineFolder.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path path;

    private MachineFolder(Path path) {
        this.path = path;
    }

    /**
     * The folder of a machine, created when it is not there.
     *
     * @param parent of all machines' folders
     * @param machine which
     * @throws HoldfastException {@code DISK_ERROR}
     */
    static MachineFolder of(Path parent, MachineId machine) {
        MachineFolder folder = new MachineFolder(parent.resolve(tag(machine)));
        try {
            Files.createDirectories(folder.log());
            return folder;
        } catch (IOException e) {
            throw failed(folder.path, e);
        }
    }

    /** The first hexadecimal digits of a machine's id. */
    static String tag(MachineId machine) {
        return machine.toString().replace("-", "").substring(0, NAME_CHARACTERS);
    }

    /**
     * Reads what is remembered of every machine. A state that cannot be understood is logged and passed over: the others are protected all the
     * same, and its files stay as they are.
     *
     * @param parent of all machines' folders; created when it is not there
     * @return their states
     * @throws HoldfastException {@code DISK_ERROR} when the folder cannot be read, {@code DATA_FOLDER_NEWER}
     */
    static List<MachineRecord> readAll(Path parent) {
        try {
            Files.createDirectories(parent);
            try (Stream<Path> folders = Files.list(parent)) {
                return folders.sorted()
                        .map(folder -> new MachineFolder(folder).readIfUnderstood())
                        .flatMap(Optional::stream)
                        .toList();
            }
        } catch (IOException e) {
            throw failed(parent, e);
        }
    }

    Path path() {
        return path;
    }

    Path log() {
        return path.resolve("log");
    }

    Path heartbeat() {
        return path.resolve("heartbeat");
    }

    Path captureSocket() {
        return path.resolve("capture.sock");
    }

    private Optional<MachineRecord> readIfUnderstood() {
        try {
            return read();
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.LOG_DAMAGED) {
                throw e;
            }
            LOG.error("state of a machine cannot be understood folder={} reason={}", path, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<MachineRecord> read() {
        Path file = path.resolve(STATE_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            MachineRecord state = JSON.readValue(Files.readAllBytes(file), MachineRecord.class);
            if (state.format() > MachineRecord.FORMAT) {
                throw new HoldfastException(
                        ErrorCode.DATA_FOLDER_NEWER,
                        file.toString(),
                        "its format is " + state.format() + ", written by a newer Holdfast; this one reads up to "
                                + MachineRecord.FORMAT);
            }
            return Optional.of(state);
        } catch (JsonProcessingException e) {
            throw new HoldfastException(
                    ErrorCode.LOG_DAMAGED,
                    file.toString(),
                    "cannot be understood (" + e.getOriginalMessage() + "); restore it",
                    e);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Remembers a machine's state. Durable on return.
     *
     * @throws HoldfastException {@code DISK_ERROR}; the old state stays
     */
    void write(MachineRecord state) {
        Path file = path.resolve(STATE_FILE);
        Path next = path.resolve(STATE_FILE + ".next");
        try {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(state));
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Removes everything, the state last: what was begun is found again and finished. */
    void delete() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder())
                    .sorted(Comparator.comparing(file -> file.equals(path.resolve(STATE_FILE)) || file.equals(path)))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static HoldfastException failed(Path path, IOException cause) {
        return new HoldfastException(
                ErrorCode.DISK_ERROR, path.toString(), "cannot be read or written: " + cause.getMessage(), cause);
    }
}
