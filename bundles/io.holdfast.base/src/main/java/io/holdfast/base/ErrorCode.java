package io.holdfast.base;

/**
 * The named errors of the product. A name is part of the interface: it appears in the REST answers, in the command line's JSON and in the
 * operating guide, and is never reused for something else.
 *
 * @since 1.0
 */
public enum ErrorCode {
    INVALID_ARGUMENT(ErrorClass.REFUSED),
    NOT_FOUND(ErrorClass.REFUSED),
    ALREADY_EXISTS(ErrorClass.REFUSED),
    ILLEGAL_STATE(ErrorClass.REFUSED),
    NOT_AUTHENTICATED(ErrorClass.REFUSED),
    NOT_AUTHORISED(ErrorClass.REFUSED),
    PASSWORD_CHANGE_REQUIRED(ErrorClass.REFUSED),
    /** An unplanned failover was asked for while the source still answers. */
    SOURCE_STILL_RUNNING(ErrorClass.REFUSED),
    POINT_NOT_FOUND(ErrorClass.REFUSED),
    POINT_OLDER_THAN_HISTORY(ErrorClass.REFUSED),
    /** History younger than its retention lock is not shortened, unpinned or destroyed by anybody. */
    RETENTION_LOCKED(ErrorClass.REFUSED),
    /** The machine is protected by this or another Holdfast already. */
    ALREADY_PROTECTED(ErrorClass.REFUSED),

    DATA_FOLDER_IN_USE(ErrorClass.REFUSED),
    DATA_FOLDER_READ_ONLY(ErrorClass.REFUSED),
    DATA_FOLDER_NEWER(ErrorClass.REFUSED),
    /** The data folder was copied while it was in use, or from another node. */
    DATA_FOLDER_COPIED(ErrorClass.REFUSED),
    PORT_IN_USE(ErrorClass.REFUSED),

    /** The history of a machine is a copy of another store's and takes no batches. */
    HISTORY_IS_COPY(ErrorClass.REFUSED),
    /** The history of a machine goes on in another store; the message says where. */
    HISTORY_MOVED(ErrorClass.REFUSED),

    NETWORK(ErrorClass.RECOVERABLE),
    TIMEOUT(ErrorClass.RECOVERABLE),
    DISK_FULL(ErrorClass.RECOVERABLE),
    DISK_ERROR(ErrorClass.RECOVERABLE),
    OUT_OF_MEMORY(ErrorClass.RECOVERABLE),
    OVERLOADED(ErrorClass.RECOVERABLE),
    /** A wall clock stands behind a moment that it has shown before. */
    CLOCK_SET_BACK(ErrorClass.RECOVERABLE),

    CERTIFICATE_FOREIGN(ErrorClass.NON_RECOVERABLE),
    CERTIFICATE_EXPIRED(ErrorClass.NON_RECOVERABLE),
    PROTOCOL_ERROR(ErrorClass.NON_RECOVERABLE),
    FRAME_TOO_LARGE(ErrorClass.NON_RECOVERABLE),
    VERSION_UNSUPPORTED(ErrorClass.NON_RECOVERABLE),

    /** A writer of an older epoch, or one that lost the race for a new one. */
    EPOCH_STALE(ErrorClass.NON_RECOVERABLE),
    /** A batch does not follow the store's end. */
    SEQUENCE_CONFLICT(ErrorClass.NON_RECOVERABLE),
    STORE_DAMAGED(ErrorClass.NON_RECOVERABLE),
    LOG_DAMAGED(ErrorClass.NON_RECOVERABLE),
    KEY_MISSING(ErrorClass.NON_RECOVERABLE),
    /** A key file, an export or a paper is of another store. */
    KEY_FOREIGN(ErrorClass.REFUSED),
    /** The store key is sealed by a passphrase that was not given yet. */
    KEYS_LOCKED(ErrorClass.RECOVERABLE),
    PASSPHRASE_WRONG(ErrorClass.REFUSED),
    /** Nobody has typed a part of the recovery key's paper back, so nothing may be protected that only this appliance could open. */
    RECOVERY_KEY_UNCONFIRMED(ErrorClass.REFUSED),
    /** The master target is blind for this machine and was not handed its key. */
    KEY_NOT_HELD(ErrorClass.REFUSED),

    MONITOR_NOT_REACHABLE(ErrorClass.RECOVERABLE),
    MONITOR_NOT_QMP(ErrorClass.NON_RECOVERABLE),
    MONITOR_IN_USE(ErrorClass.RECOVERABLE),
    HYPERVISOR_TOO_OLD(ErrorClass.NON_RECOVERABLE),
    /** The hypervisor or a tool of it is not installed on this host; the message names it. */
    HYPERVISOR_NOT_FOUND(ErrorClass.NON_RECOVERABLE),
    /** Another block job runs on a disk of the machine; the message names it. */
    BLOCK_JOB_CONFLICT(ErrorClass.RECOVERABLE),
    /** The one NBD server inside the hypervisor serves somebody else, for example a backup. */
    EXPORT_SERVER_IN_USE(ErrorClass.RECOVERABLE),
    MACHINE_NOT_FOUND(ErrorClass.NON_RECOVERABLE),
    CAPTURE_BROKEN(ErrorClass.RECOVERABLE),
    REPLICA_INVALID(ErrorClass.NON_RECOVERABLE),
    /** The hypervisor refused to start a replica; the message has its own words. */
    REPLICA_START_FAILED(ErrorClass.RECOVERABLE),

    CANCELLED(ErrorClass.REFUSED),
    INTERNAL(ErrorClass.NON_RECOVERABLE);

    private final ErrorClass errorClass;

    ErrorCode(ErrorClass errorClass) {
        this.errorClass = errorClass;
    }

    /**
     * Tells whether trying again can help.
     *
     * @return the class of this error
     */
    public ErrorClass errorClass() {
        return errorClass;
    }
}
