package io.holdfast.journal.testkit;

/** What goes wrong at one file operation. */
public enum Fault {
    /** A write, force or change of names fails and has done nothing. */
    IO_ERROR,
    /** A read fails. */
    READ_ERROR,
    /** A write ends in the middle and fails. */
    SHORT_WRITE,
    /** From here on nothing may grow, until there is room again. */
    DISK_FULL,
    /** The same, and pages that are zero take room when they are written: files have holes there, as a copy may leave them. */
    HOLES_FULL,
    /** The same, and whatever is written over takes room: the medium writes elsewhere each time. */
    OVERWRITES_FULL,
    /** Somebody else takes the room, but for a part of what the store keeps for maintenance. */
    ROOM_TAKEN,
    /** A force fails: what it was to make durable is read back as written, and never reaches the medium. */
    FORCE_FAILED,
    /** A bit of some file at rest flips. */
    BIT_ROT
}
