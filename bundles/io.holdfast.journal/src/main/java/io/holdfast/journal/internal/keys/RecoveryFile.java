package io.holdfast.journal.internal.keys;

import io.holdfast.journal.internal.format.DamagedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which recovery key is in force. Its file has no secret and lies in every folder; of several copies the one confirmed last counts. Not thread-safe. */
public final class RecoveryFile {

    /** Name of the file. */
    public static final String NAME = "recovery";

    private static final int BYTES_MAX = 1_024;

    private final KeyFolders folders;
    private @Nullable RecoveryRecipient recipient;

    /**
     * Reads the file, and makes its copies the same.
     *
     * @param folders where it lies
     */
    public RecoveryFile(KeyFolders folders) {
        this.folders = folders;
        RecoveryRecipient newest = null;
        int whole = 0;
        for (byte[] copy : folders.copies(NAME, BYTES_MAX)) {
            try {
                RecoveryRecipient read = RecoveryRecipient.decode(copy);
                whole += newest == null || newest.confirmedMillis() == read.confirmedMillis() ? 1 : 0;
                if (newest == null || read.confirmedMillis() > newest.confirmedMillis()) {
                    newest = read;
                }
            } catch (DamagedException _) {
                // as if it were not there: another copy counts, or a new paper has to be confirmed
            }
        }
        recipient = newest;
        if (newest != null && whole < folders.count()) {
            save(newest);
        }
    }

    /**
     * Gives the recovery key.
     *
     * @return its public half; nothing while none was confirmed
     */
    public Optional<RecoveryRecipient> recipient() {
        return Optional.ofNullable(recipient);
    }

    /**
     * Puts another one into force. Durable in every folder on return.
     *
     * @param next the public half of a paper that was confirmed
     */
    public void save(RecoveryRecipient next) {
        folders.replace(NAME, next.encode());
        recipient = next;
    }

    /**
     * Takes the one of an export when there is none here.
     *
     * @param content all of its file
     * @throws DamagedException when it is none
     */
    public void adopt(byte[] content) throws DamagedException {
        RecoveryRecipient read = RecoveryRecipient.decode(content);
        if (recipient == null) {
            save(read);
        }
    }
}
