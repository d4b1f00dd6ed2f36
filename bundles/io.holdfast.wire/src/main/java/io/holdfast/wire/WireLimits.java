package io.holdfast.wire;

import io.holdfast.base.stream.DiskDescription;

/**
 * The bounds of the protocol. They are part of it: a peer that goes beyond one is refused.
 *
 * @since 1.0
 */
public final class WireLimits {

    /** The protocol version this code speaks. */
    public static final int VERSION = 1;

    /** The highest version number there can be: it has 16 bits on the wire. */
    public static final int VERSIONS_MAX = 0xFFFF;

    /** The highest epoch there can be; keeps the numbers of a hostile peer from running out. */
    public static final long EPOCH_MAX = 1L << 48;

    /** The largest frame, header and checksum included, unless a setting says less. */
    public static final int FRAME_BYTES_MAX = 4 << 20;

    /** The smallest setting for the largest frame: every message but {@code Records} and {@code Batch} fits whole. */
    public static final int FRAME_BYTES_LEAST_MAX = 1 << 20;

    /** Senders close a {@code Records} message when the credit it takes reaches this. */
    public static final int RECORDS_BYTES_TARGET = 1 << 20;

    /** What a record takes of the credit beside its data. */
    public static final int RECORD_CREDIT_BYTES = 64;

    /** The most data one {@code Change} may carry; capture cuts larger writes. */
    public static final int CHANGE_DATA_BYTES_MAX = 2 << 20;

    /** The most records of one {@code Records} message. */
    public static final int RECORDS_MAX = 65_536;

    /** The largest batch: 1 MiB of data and its header take far less. */
    public static final int BATCH_BYTES_MAX = 3 << 20;

    /** Length of a chain digest. */
    public static final int DIGEST_BYTES = 32;

    /** Length of one block hash. */
    public static final int HASH_BYTES = 12;

    /** The most hashes of one question: 256 MiB of disk by blocks, 64 GiB by MiB; an answer of 768 KiB. */
    public static final int HASHES_MAX = 65_536;

    /** The most ranges of one {@code Lost} message. */
    public static final int LOST_RANGES_MAX = 4_096;

    /** Length of a block. */
    public static final int BLOCK_BYTES = 4096;

    /** Blocks in one MiB. */
    public static final int BLOCKS_PER_MEBIBYTE = 256;

    /** The most blocks of a disk. */
    public static final long BLOCKS_MAX = DiskDescription.SIZE_BYTES_MAX / BLOCK_BYTES;

    /** The longest name of a software or writer, in UTF-16 units. */
    public static final int NAME_CHARACTERS_MAX = 200;

    /** The longest disk identity, in UTF-16 units. */
    public static final int IDENTITY_CHARACTERS_MAX = 1_000;

    /** The longest marker label, in UTF-16 units. */
    public static final int LABEL_CHARACTERS_MAX = 200;

    /** The longest detail of a gap, in UTF-16 units. */
    public static final int DETAIL_CHARACTERS_MAX = 1_000;

    /** The longest object of an error and the longest reason of a Bye, in UTF-16 units. */
    public static final int OBJECT_CHARACTERS_MAX = 500;

    /** The longest message of an error, in UTF-16 units. */
    public static final int MESSAGE_CHARACTERS_MAX = 2_000;

    private WireLimits() {}
}
