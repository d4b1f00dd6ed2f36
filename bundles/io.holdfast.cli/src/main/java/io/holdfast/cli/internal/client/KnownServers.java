package io.holdfast.cli.internal.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The appliances this user has signed in to: whom they trust there, and their session. Kept in one file that only the user may read, replaced
 * as a whole.
 */
public final class KnownServers {

    private static final String FILE = "servers.json";
    private static final long FILE_BYTES_MAX = 1 << 20;

    private final Path folder;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * Opens the file's folder, which need not be there.
     *
     * @param folder of the configuration of this program
     */
    public KnownServers(Path folder) {
        this.folder = folder;
    }

    /**
     * One appliance.
     *
     * @param user who signed in last
     * @param token of the session, or null after signing out
     * @param authority certificate that its server has to rest on, PEM
     */
    public record Entry(String user, @Nullable String token, String authority) {

        @Override
        public String toString() {
            return "Entry[user=" + user + "]";
        }
    }

    /**
     * Finds an appliance.
     *
     * @param address where it is
     * @return what is known of it
     */
    public Optional<Entry> find(ServerAddress address) {
        return Optional.ofNullable(read().servers().get(address.toString()));
    }

    /**
     * Tells which appliance is meant when none is named.
     *
     * @return the one signed in to last
     */
    public Optional<ServerAddress> current() {
        @Nullable String address = read().current();
        return address == null ? Optional.empty() : Optional.of(ServerAddress.parse(address));
    }

    /**
     * Remembers an appliance as the one that is meant when none is named. Durable when this returns.
     *
     * @param address where it is
     * @param entry what is known of it now
     */
    public void put(ServerAddress address, Entry entry) {
        Map<String, Entry> servers = new TreeMap<>(read().servers());
        servers.put(address.toString(), entry);
        write(new Content(address.toString(), servers));
    }

    private Content read() {
        Path file = folder.resolve(FILE);
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw damaged(file, "it is larger than " + FILE_BYTES_MAX + " bytes", null);
            }
            return json.readValue(Files.readAllBytes(file), Content.class);
        } catch (NoSuchFileException _) {
            return new Content(null, Map.of());
        } catch (JsonProcessingException e) {
            throw damaged(file, "it is no valid JSON of this program", e);
        } catch (IOException e) {
            throw damaged(file, "it cannot be read: " + e.getMessage(), e);
        }
    }

    private void write(Content content) {
        Path file = folder.resolve(FILE);
        Path next = folder.resolve(FILE + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(next, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw damaged(file, "it cannot be written: " + e.getMessage(), e);
        }
    }

    private static CliException damaged(Path file, String found, @Nullable Throwable cause) {
        return new CliException(
                ExitCode.FAILED,
                "DISK_ERROR",
                file.toString(),
                file + ": " + found + "; expected a file that this program wrote, or none",
                cause);
    }

    /**
     * What the file holds.
     *
     * @param current the appliance that is meant when none is named
     * @param servers by address
     */
    record Content(@Nullable String current, Map<String, Entry> servers) {}
}
