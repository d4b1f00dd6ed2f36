package io.holdfast.nbd.internal;

/** Numbers of the NBD specification, by its names. All integers on the wire are big-endian. */
public final class Protocol {

    public static final long NBDMAGIC = 0x4e42444d41474943L;
    public static final long IHAVEOPT = 0x49484156454F5054L;
    public static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    public static final int REQUEST_MAGIC = 0x25609513;
    public static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    public static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

    public static final int FLAG_FIXED_NEWSTYLE = 1;
    public static final int FLAG_NO_ZEROES = 1 << 1;

    public static final int OPT_EXPORT_NAME = 1;
    public static final int OPT_ABORT = 2;
    public static final int OPT_LIST = 3;
    public static final int OPT_STARTTLS = 5;
    public static final int OPT_INFO = 6;
    public static final int OPT_GO = 7;
    public static final int OPT_STRUCTURED_REPLY = 8;
    public static final int OPT_LIST_META_CONTEXT = 9;
    public static final int OPT_SET_META_CONTEXT = 10;

    public static final int REP_ACK = 1;
    public static final int REP_SERVER = 2;
    public static final int REP_INFO = 3;
    public static final int REP_META_CONTEXT = 4;
    public static final int REP_FLAG_ERROR = 1 << 31;
    public static final int REP_ERR_UNSUP = REP_FLAG_ERROR + 1;
    public static final int REP_ERR_POLICY = REP_FLAG_ERROR + 2;
    public static final int REP_ERR_INVALID = REP_FLAG_ERROR + 3;
    public static final int REP_ERR_TLS_REQD = REP_FLAG_ERROR + 5;
    public static final int REP_ERR_UNKNOWN = REP_FLAG_ERROR + 6;
    public static final int REP_ERR_SHUTDOWN = REP_FLAG_ERROR + 7;
    public static final int REP_ERR_BLOCK_SIZE_REQD = REP_FLAG_ERROR + 8;
    public static final int REP_ERR_TOO_BIG = REP_FLAG_ERROR + 9;

    public static final int INFO_EXPORT = 0;
    public static final int INFO_NAME = 1;
    public static final int INFO_DESCRIPTION = 2;
    public static final int INFO_BLOCK_SIZE = 3;

    public static final int TRANSMISSION_HAS_FLAGS = 1;
    public static final int TRANSMISSION_READ_ONLY = 1 << 1;
    public static final int TRANSMISSION_SEND_DF = 1 << 7;

    public static final int CMD_FLAG_FUA = 1;
    public static final int CMD_FLAG_NO_HOLE = 1 << 1;
    public static final int CMD_FLAG_DF = 1 << 2;
    public static final int CMD_FLAG_REQ_ONE = 1 << 3;
    public static final int CMD_FLAG_FAST_ZERO = 1 << 4;

    public static final int REPLY_FLAG_DONE = 1;
    public static final int REPLY_NONE = 0;
    public static final int REPLY_OFFSET_DATA = 1;
    public static final int REPLY_OFFSET_HOLE = 2;
    public static final int REPLY_BLOCK_STATUS = 5;
    public static final int REPLY_FLAG_ERROR = 1 << 15;
    public static final int REPLY_ERROR = REPLY_FLAG_ERROR + 1;
    public static final int REPLY_ERROR_OFFSET = REPLY_FLAG_ERROR + 2;

    public static final int OPTION_HEADER_BYTES = 16;
    public static final int OPTION_REPLY_HEADER_BYTES = 20;
    public static final int REQUEST_BYTES = 28;
    public static final int SIMPLE_REPLY_BYTES = 16;
    public static final int CHUNK_HEADER_BYTES = 20;

    /** Zeroes after the answer to {@link #OPT_EXPORT_NAME} unless both sides agreed to leave them out. */
    public static final int EXPORT_NAME_PADDING_BYTES = 124;

    /** The specification's limit for every string. */
    public static final int STRING_BYTES_MAX = 4096;

    /** What a length field of 32 bits can say. */
    public static final long LENGTH_MAX = 0xffff_ffffL;

    private Protocol() {}
}
