package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.blob.ConditionalCreate;
import io.holdfast.blob.DirectoryBlobStore;
import io.holdfast.journal.file.DirectoryFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.PlaceFile;
import io.holdfast.journal.internal.offsite.OffsiteFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the sealed segments of a store rest: in its own folder, or as objects in another one, for example a mounted file system that is larger and
 * slower. The intake log, open segments and everything small stay in the store's folder, so a commit never waits for the other one.
 *
 * @since 1.0
 */
public final class SegmentPlaces {

    private static final String NAME = "segments";
    private static final String LOCK = "lock";
    private static final String DRAFT = "segments.new";
    private static final String PLACE = "place of sealed segments";

    private SegmentPlaces() {}

    /**
     * Tells where the sealed segments of a store rest.
     *
     * @param directory the store's folder
     * @return another folder; nothing when they rest in the store's own
     * @throws HoldfastException with {@link ErrorCode#STORE_DAMAGED} when the store does not say it in a way that is known,
     *     {@link ErrorCode#DISK_ERROR} when it cannot be read
     */
    public static Optional<Path> of(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(
                    PlaceFile.decode(ByteBuffer.wrap(Files.readAllBytes(file))).folder()));
        } catch (DamagedException e) {
            throw new HoldfastException(ErrorCode.STORE_DAMAGED, file.toString(), e.getMessage(), e);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, file.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Has sealed segments rest as objects in another folder, from the next opening of the store on; {@link RecoveryStore#offload} carries those that
     * are there. The folder is tried first: of two creations of one object one has to win. Durable on return.
     *
     * @param directory folder of a store that nobody has open
     * @param place a folder for this store alone; made when it is missing
     * @throws HoldfastException with {@link ErrorCode#ALREADY_EXISTS} when they rest elsewhere already, {@link ErrorCode#NOT_FOUND} when there is no
     *     store, {@link ErrorCode#DATA_FOLDER_IN_USE} when it is open, {@link ErrorCode#ILLEGAL_STATE} when the place lets two creations win or holds
     *     objects already, {@link ErrorCode#DISK_ERROR}; nothing is changed then
     */
    public static void set(Path directory, Path place) {
        if (!Files.exists(directory.resolve("store"))) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, directory.toString(), "holds no recovery store");
        }
        if (of(directory).isPresent()) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_EXISTS,
                    PLACE,
                    "is " + of(directory).orElseThrow() + " already; move the histories to another store to change it");
        }
        PlaceFile file = new PlaceFile(place.toAbsolutePath().toString());
        if (file.folder().length() > PlaceFile.CHARACTERS_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    PLACE,
                    file.folder().length() + " characters; expected at most " + PlaceFile.CHARACTERS_MAX);
        }
        StoreFiles files = DirectoryFiles.at(directory);
        try (AutoCloseable _ = files.lock(LOCK)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.DATA_FOLDER_IN_USE, directory.toString(), "another process has the store open"))) {
            requireUsable(place);
            write(files, file);
        } catch (HoldfastException e) {
            throw e;
        } catch (Exception e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, PLACE, "cannot be set: " + e.getMessage(), e);
        }
    }

    private static void requireUsable(Path place) {
        try (DirectoryBlobStore objects = new DirectoryBlobStore(place)) {
            ConditionalCreate.require(objects);
            if (!objects.machines().isEmpty()) {
                throw new HoldfastException(
                        ErrorCode.ILLEGAL_STATE,
                        place.toString(),
                        "holds objects already; expected a folder for this store alone");
            }
        }
    }

    private static void write(StoreFiles files, PlaceFile place) throws IOException {
        try (StoreFile draft = files.open(DRAFT, OpenMode.REPLACE)) {
            draft.write(0, ByteBuffer.wrap(place.encode()));
            draft.force();
        }
        files.rename(DRAFT, NAME);
        files.forceDirectory("");
    }

    /**
     * Opens the file port of a store's folder, with the objects when its segments rest elsewhere.
     *
     * @param directory the store's folder; made when it is missing, its parent must be there
     * @return the port
     * @throws HoldfastException as {@link #of} and {@link DirectoryFiles#at}; with {@link ErrorCode#DISK_ERROR} when the other folder is not there
     */
    public static StoreFiles files(Path directory) {
        Optional<Path> place = of(directory);
        if (place.isEmpty()) {
            return DirectoryFiles.at(directory);
        }
        if (!Files.isDirectory(place.get())) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, PLACE, place.get() + " is not there; is its file system mounted?");
        }
        return new OffsiteFiles(DirectoryFiles.at(directory), new DirectoryBlobStore(place.get()));
    }
}
