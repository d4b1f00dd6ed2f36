package io.holdfast.base.stream;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;

/**
 * One record of a machine's stream. All disks of a machine share one sequence. Every record takes the next sequence, except
 * {@link Proof}, which speaks about one that was given.
 *
 * @since 1.0
 */
public sealed interface StreamRecord {

    /**
     * The place of this record in the machine's stream.
     *
     * @return at least 1; for a {@link Proof} the highest sequence it proves, which may be 0
     */
    long sequence();

    /**
     * The source's wall clock at this record, clamped so that it never goes back within an epoch. A label, never compared with another
     * machine's clock.
     *
     * @return milliseconds since 1970-01-01T00:00Z
     */
    long utcMillis();

    /**
     * A range of a disk has new content.
     *
     * @param sequence its place
     * @param utcMillis the source's clock
     * @param origin guest write or copy
     * @param disk number of the disk in the current table
     * @param offset first byte, at least 0
     * @param length bytes covered, at least 1
     * @param kind what the range holds now
     * @param data exactly {@code length} remaining bytes for {@link ExtentKind#DATA}, otherwise empty; neither content nor position may be
     *     changed by anybody: duplicate before reading with relative calls
     */
    record Change(
            long sequence,
            long utcMillis,
            ChangeOrigin origin,
            int disk,
            long offset,
            long length,
            ExtentKind kind,
            ByteBuffer data)
            implements StreamRecord {

        /** No bytes, for kinds that carry none. */
        public static final ByteBuffer NO_DATA = ByteBuffer.allocate(0).asReadOnlyBuffer();

        public Change {
            if (offset < 0 || length < 1 || Math.addExact(offset, length) > DiskDescription.SIZE_BYTES_MAX) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "change at sequence " + sequence,
                        "range " + offset + "+" + length + "; expected within 0 to " + DiskDescription.SIZE_BYTES_MAX);
            }
            if (data.remaining() != (kind == ExtentKind.DATA ? length : 0)) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "change at sequence " + sequence,
                        data.remaining() + " bytes of data for " + length + " of kind " + kind);
            }
        }
    }

    /**
     * Every sequence up to this one, back to the last {@link Gap}, was seen whole: a check begun after the sequence was given found every
     * disk's capture unbroken. With an unchanged sequence it says "nothing since", so that silence can be told from loss.
     *
     * @param sequence the highest sequence proven
     * @param utcMillis the source's clock when the check began
     * @param monotonicNanos the source's monotonic clock at the same moment
     */
    record Proof(long sequence, long utcMillis, long monotonicNanos) implements StreamRecord {}

    /**
     * Writes after the last proven sequence may be missing. Nothing after this is a recovery point until a {@link Ready} is proven.
     *
     * @param sequence its place
     * @param utcMillis the source's clock
     * @param cause why
     * @param detail for people; what was seen, at most 1,000 characters
     */
    record Gap(long sequence, long utcMillis, GapCause cause, String detail) implements StreamRecord {}

    /**
     * Every disk's content is complete again: the first copy or the resynchronisation has ended. Once proven, this and every later
     * sequence up to the next {@link Gap} is a recovery point.
     *
     * @param sequence its place
     * @param utcMillis the source's clock
     */
    record Ready(long sequence, long utcMillis) implements StreamRecord {}

    /**
     * A point somebody gave a name.
     *
     * @param sequence its place
     * @param utcMillis the source's clock
     * @param kind what it is consistent with
     * @param label for people, at most 200 characters
     */
    record Marker(long sequence, long utcMillis, MarkerKind kind, String label) implements StreamRecord {}

    /**
     * The machine's disks from here on.
     *
     * @param sequence its place
     * @param utcMillis the source's clock
     * @param table the new table; its version is above the last one
     */
    record Disks(long sequence, long utcMillis, DiskTable table) implements StreamRecord {}
}
