package io.holdfast.configserver.internal;

import io.holdfast.base.ErrorCode;

/** What a person can do about each named error. {@code docs/operating/jobs-and-errors.md} has the same sentences. */
public final class Fixes {

    private Fixes() {}

    /**
     * Gives the advice for an error.
     *
     * @param code its name
     * @return one or two sentences
     */
    public static String of(ErrorCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> "Correct the value that the message names and ask again.";
            case NOT_FOUND -> "Check the name or id; list what there is and ask again.";
            case ALREADY_EXISTS -> "Choose another name, or remove what has it.";
            case ILLEGAL_STATE -> "Look at the legal next steps of the machine and take one of them.";
            case NOT_AUTHENTICATED -> "Sign in again, or enrol with a new token.";
            case NOT_AUTHORISED -> "Ask somebody whose role allows it.";
            case PASSWORD_CHANGE_REQUIRED -> "Change the password, then ask again.";
            case SOURCE_STILL_RUNNING -> "Shut the source down first, or use force if it must not be trusted any more.";
            case POINT_NOT_FOUND -> "List the recovery points and choose one of them.";
            case POINT_OLDER_THAN_HISTORY -> "Choose a point within the history that is kept.";
            case RETENTION_LOCKED ->
                "Wait until the history is older than its retention lock; nobody can lift the lock before.";
            case ALREADY_PROTECTED -> "Use the protection that is there, or end it first.";
            case DATA_FOLDER_IN_USE -> "Stop the other process, or start with another data folder.";
            case DATA_FOLDER_READ_ONLY -> "Make the folder and its file system writable for this process.";
            case DATA_FOLDER_NEWER -> "Start the version that wrote the folder, or a newer one.";
            case DATA_FOLDER_COPIED -> "Make sure that the original is not in use, then accept the copy.";
            case PORT_IN_USE -> "Stop what listens there, or choose another port.";
            case HISTORY_IS_COPY -> "Use the store that the copy was made of, or release the copy if that one is lost.";
            case HISTORY_MOVED -> "Give the master target the store that the message names.";
            case NETWORK -> "Check the path between the two ends; it is tried again by itself.";
            case TIMEOUT -> "Check that the other side runs and is not overloaded; it is tried again by itself.";
            case DISK_FULL -> "Make room where the message says; it is tried again by itself.";
            case DISK_ERROR -> "Check the disk and the system log; it is tried again by itself.";
            case OUT_OF_MEMORY -> "Free memory where the message says; it is tried again by itself.";
            case OVERLOADED -> "Wait a little; it is tried again by itself.";
            case CLOCK_SET_BACK -> "Set the host's clock right; nothing is lost, and points keep their order.";
            case CERTIFICATE_FOREIGN -> "Enrol the other side with this appliance.";
            case CERTIFICATE_EXPIRED -> "Check the clocks; enrol the other side again.";
            case PROTOCOL_ERROR -> "Bring both sides to the same version; report it if they are.";
            case FRAME_TOO_LARGE -> "Check what connects there; report it if it is part of Holdfast.";
            case VERSION_UNSUPPORTED -> "Update the older side.";
            case EPOCH_STALE -> "Another writer has taken over the machine; check who writes, then resynchronise.";
            case SEQUENCE_CONFLICT -> "Resynchronise the machine; report it if it happens again.";
            case STORE_DAMAGED ->
                "Check the disk of the recovery store; protect the machine again if its history cannot be read.";
            case LOG_DAMAGED -> "Check the disk of the change log, then resynchronise the machine.";
            case KEY_MISSING ->
                "Restore the keys of this appliance: holdfastctl keys recover, from an export or the recovery paper.";
            case KEY_FOREIGN -> "Give the key file, export or paper of this store.";
            case KEYS_LOCKED -> "Give the passphrase of the store key: holdfastctl keys unlock.";
            case PASSPHRASE_WRONG -> "Type the passphrase again; after three wrong ones each takes longer.";
            case RECOVERY_KEY_UNCONFIRMED ->
                "Print the recovery key and type a line of it back: under Keys in the console, or by holdfastctl keys paper and keys confirm.";
            case KEY_NOT_HELD -> "Hand the machine's key over for this failover or drill: holdfastctl keys hand-over.";
            case MONITOR_NOT_REACHABLE ->
                "Check that the machine runs and that the path of its monitor socket is right.";
            case MONITOR_NOT_QMP -> "Give the path of a QMP socket of the machine.";
            case MONITOR_IN_USE ->
                "Close the other connection to the monitor, or give the machine one of its own for Holdfast.";
            case HYPERVISOR_TOO_OLD -> "Update the hypervisor to the version that the message names, or a newer one.";
            case HYPERVISOR_NOT_FOUND -> "Install the hypervisor on this host.";
            case BLOCK_JOB_CONFLICT -> "Wait for the other block job to end, or cancel it.";
            case EXPORT_SERVER_IN_USE -> "End the other NBD export of the machine.";
            case MACHINE_NOT_FOUND ->
                "Check that the machine still exists at its source; end its protection if it does not.";
            case CAPTURE_BROKEN -> "The capture starts again by itself; resynchronise the machine if it does not.";
            case REPLICA_INVALID -> "Cancel the failover or clean up the test failover, then start it again.";
            case REPLICA_START_FAILED -> "Read what the hypervisor said; it is tried again by itself.";
            case CANCELLED -> "Nothing is to be done; start it again if it is still wanted.";
            case INTERNAL -> "Report it with the log of the appliance; try the job again.";
        };
    }
}
