package io.holdfast.journal.file;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The files of one recovery store. Paths are relative, with {@code /} between names of the form {@code [a-z0-9.-]+}.
 *
 * <p>What survives a power loss: bytes written before a {@link StoreFile#force} of the same file returned, and creations, renames and
 * deletions made before a {@link #forceDirectory} of the directory returned. Anything later may be there whole, in part or not at all, in
 * units of 512-byte sectors, in any order.
 *
 * <p>Thread-safe.
 *
 * @since 1.0
 */
public interface StoreFiles {

    /**
     * Opens a file for reading and writing.
     *
     * @param path where
     * @param mode whether it must be there, must not, or either
     * @return the open file
     * @throws java.nio.file.NoSuchFileException when it must be there and is not
     * @throws java.nio.file.FileAlreadyExistsException when it must not be there and is
     * @throws ReadOnlyMediumException when it is not opened for reading alone and cannot be written
     * @throws IOException when the medium fails
     */
    StoreFile open(String path, OpenMode mode) throws IOException;

    /**
     * Tells whether a file or directory of that name is there.
     *
     * @param path where
     * @return true when it is there
     */
    boolean exists(String path);

    /**
     * Lists what lies directly in a directory.
     *
     * @param directory where; the empty string is the store's own directory
     * @return names without the directory, sorted
     * @throws IOException when the directory is not there or the medium fails
     */
    List<String> list(String directory) throws IOException;

    /**
     * Creates a directory; its parents must be there. Nothing happens when it is there already.
     *
     * @param directory where
     * @throws IOException when the medium fails
     */
    void createDirectory(String directory) throws IOException;

    /**
     * Renames a file or directory in one step, replacing a file of the new name.
     *
     * @param from the present name
     * @param to the new name
     * @throws IOException when the medium fails; the old state stays
     */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file or an empty directory. Nothing happens when it is not there.
     *
     * @param path where
     * @throws IOException when the medium fails or the directory is not empty
     */
    void delete(String path) throws IOException;

    /**
     * Makes the names in a directory durable.
     *
     * @param directory where; the empty string is the store's own directory
     * @throws IOException when the medium fails; then nothing is known about the names changed since the last success
     */
    void forceDirectory(String directory) throws IOException;

    /**
     * Makes durable what several files hold, and then the names in several directories. A medium has many forces done at a time sooner than one after the
     * other.
     *
     * @param files open for writing; a file whose force fails is as dead as after {@link StoreFile#force}
     * @param directories their paths
     * @throws IOException the first that went wrong; what else is durable is not known
     */
    default void forceAll(List<StoreFile> files, List<String> directories) throws IOException {
        for (StoreFile file : files) {
            file.force();
        }
        for (String directory : directories) {
            forceDirectory(directory);
        }
    }

    /**
     * Tells the room of the medium.
     *
     * @return what is left of it, for all files together
     * @throws IOException when the medium fails
     */
    Room room() throws IOException;

    /**
     * Keeps every other process from opening the store until the lock is closed or this process ends.
     *
     * @param path name of the lock file, created when missing
     * @return the lock, or nothing when somebody else holds it
     * @throws ReadOnlyMediumException when it cannot be written
     * @throws IOException when the medium fails
     */
    Optional<AutoCloseable> lock(String path) throws IOException;

    /**
     * Keeps every process that would write from opening the store, until the lock is closed or this process ends; others may read beside this one. Nothing
     * is made: where there is no lock file, as in a copy that left it out, nobody can hold it, and nobody is kept out.
     *
     * @param path name of the lock file
     * @return the lock, or nothing when a process holds {@link #lock}
     * @throws IOException when it cannot be told whether somebody does
     */
    default Optional<AutoCloseable> lockForReading(String path) throws IOException {
        return exists(path) ? lock(path) : Optional.of(() -> {});
    }

    /**
     * Tells whether what is changed stays changed.
     *
     * @return false when the medium is only read, and changes are seen through this port alone and until it is let go of
     */
    default boolean changesLast() {
        return true;
    }

    /**
     * Tells where the files lie, for people.
     *
     * @return a path of the host; empty when there is none
     */
    default String place() {
        return "";
    }

    /**
     * Carries one file that is to rest elsewhere to where it rests. May take long; keeps no other call waiting. Durable on return.
     *
     * @return true when there may be more to carry; false when nothing is to rest elsewhere, or all of it does
     * @throws IOException when it could not be done: the file stays where it is, and may be tried again
     */
    default boolean offload() throws IOException {
        return false;
    }

    /**
     * Gives an identity for a new store.
     *
     * @return one that no other store has
     */
    UUID newIdentity();
}
