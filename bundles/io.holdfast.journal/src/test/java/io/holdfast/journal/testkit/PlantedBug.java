package io.holdfast.journal.testkit;

import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Mistakes that a store could have, built into the simulated one on purpose: a simulator that does not find them proves nothing. Those of the
 * store's dealings with files sit between it and its files, where they do what the mistake in the code would.
 */
public enum PlantedBug {
    NONE,
    /** The intake log is not forced before a commit is answered. */
    FSYNC_OF_LOG_LEFT_OUT,
    /** Segments are not forced before log or checkpoint speak of them. */
    FSYNC_OF_SEGMENT_LEFT_OUT,
    /** A directory is not forced after names in it changed. */
    FSYNC_OF_DIRECTORY_LEFT_OUT,
    /** A replaced file gets its new name, for good, before its content is on the medium. */
    RENAME_BEFORE_DATA,
    /** What was offered is acknowledged before the commit that makes it durable. */
    ACKNOWLEDGED_BEFORE_COMMIT;

    /** The files as a store with this mistake uses them. */
    StoreFiles in(SimulatedFiles files) {
        return switch (this) {
            case NONE, ACKNOWLEDGED_BEFORE_COMMIT -> files;
            case FSYNC_OF_LOG_LEFT_OUT -> new Unforced(files, path -> path.equals("intake"), true);
            case FSYNC_OF_SEGMENT_LEFT_OUT -> new Unforced(files, path -> path.endsWith(".open"), true);
            case FSYNC_OF_DIRECTORY_LEFT_OUT -> new Unforced(files, _ -> false, false);
            case RENAME_BEFORE_DATA -> new ForcedLate(files);
        };
    }

    /** Leaves out what would make some files, or the names in directories, durable. */
    private static final class Unforced extends ForwardingFiles {

        private final Predicate<String> leftOut;
        private final boolean forcesDirectories;

        Unforced(StoreFiles files, Predicate<String> leftOut, boolean forcesDirectories) {
            super(files);
            this.leftOut = leftOut;
            this.forcesDirectories = forcesDirectories;
        }

        @Override
        public StoreFile open(String path, OpenMode mode) throws IOException {
            StoreFile file = super.open(path, mode);
            return leftOut.test(path) ? new UnforcedFile(file) : file;
        }

        @Override
        public void forceDirectory(String directory) throws IOException {
            if (forcesDirectories) {
                super.forceDirectory(directory);
            }
        }
    }

    private static final class UnforcedFile extends ForwardingFile {

        UnforcedFile(StoreFile file) {
            super(file);
        }

        @Override
        public void force() {
            // the mistake
        }
    }

    /** Forces a draft only once its new name is durable. */
    private static final class ForcedLate extends ForwardingFiles {

        private final List<StoreFile> drafts = new ArrayList<>();

        ForcedLate(StoreFiles files) {
            super(files);
        }

        @Override
        public StoreFile open(String path, OpenMode mode) throws IOException {
            StoreFile file = super.open(path, mode);
            if (!path.endsWith(".new")) {
                return file;
            }
            drafts.add(file);
            return new Late(file);
        }

        @Override
        public void forceDirectory(String directory) throws IOException {
            super.forceDirectory(directory);
            for (StoreFile draft : List.copyOf(drafts)) {
                drafts.remove(draft);
                draft.force();
                draft.close();
            }
        }
    }

    private static final class Late extends ForwardingFile {

        Late(StoreFile file) {
            super(file);
        }

        @Override
        public void force() {
            // later, which is the mistake
        }

        @Override
        public void close() {
            // once it is forced
        }
    }
}
