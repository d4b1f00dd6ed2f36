package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.store.Layout;
import io.holdfast.journal.internal.verify.StoreCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Verifies a store that no process has open, or a copy of one. Reads every byte that means something and changes nothing; needs memory for one batch
 * at a time, whatever the size of the store.
 *
 * <p>Without keys it proves, against checksums, the chain of digests and the ledgers, that nothing was altered, cut, added or exchanged since it was
 * sealed, and what is not sealed yet since it was acknowledged; a store that was set back as a whole is a legal older store, which only an
 * {@link Anchor} tells from the newest. With keys it also proves that every block is what was first received. What a cleaning has coded anew rests
 * without keys on the signature in the ledger.
 *
 * @since 1.0
 */
public final class StoreVerifier {

    private StoreVerifier() {}

    /**
     * What a verification is given beside the store.
     *
     * @param keys gives a machine's keys, when there are any
     * @param anchors made earlier, that the store is compared with
     * @param time for the label of the anchor in the report
     */
    public record Means(Function<MachineId, Optional<MachineKeys>> keys, List<Anchor> anchors, TimeSource time) {

        public Means {
            anchors = List.copyOf(anchors);
        }

        /**
         * Neither keys nor anchors.
         *
         * @param time for labels
         * @return the least
         */
        public static Means none(TimeSource time) {
            return new Means(_ -> Optional.empty(), List.of(), time);
        }
    }

    /**
     * Verifies the store in a directory.
     *
     * @param directory where; nothing is made when it is missing
     * @param means keys and anchors
     * @return what was found; damage is no error
     * @throws HoldfastException with {@link ErrorCode#NOT_FOUND} when there is no store, {@link ErrorCode#DATA_FOLDER_IN_USE} when a process has
     *     it open, {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static VerifyReport verify(Path directory, Means means) {
        if (!Files.isDirectory(directory)) {
            throw new HoldfastException(
                    ErrorCode.NOT_FOUND,
                    "directory " + directory,
                    Files.exists(directory) ? "is no directory" : "is not there");
        }
        return verify(SegmentPlaces.files(directory), means);
    }

    /**
     * Verifies the store behind a file port.
     *
     * @param files where the store lies
     * @param means keys and anchors
     * @return as for a directory
     * @throws HoldfastException as for a directory
     */
    public static VerifyReport verify(StoreFiles files, Means means) {
        if (!files.exists(Layout.IDENTITY) && !files.exists(Layout.CHECKPOINT)) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, Layout.nameOf(files), "is none: expected its files there");
        }
        return StoreCheck.alone(
                files,
                () -> new StoreCheck(
                                files,
                                means.keys(),
                                means.anchors(),
                                means.time().utcMillis())
                        .run());
    }
}
