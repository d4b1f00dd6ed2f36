package io.holdfast.journal.internal.format;

/**
 * Bytes that are not what was written, or are of a format that this version does not know. Says nothing about where they came from: the
 * caller turns it into a refusal of a peer's message or a finding on the medium.
 */
public final class DamagedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the bytes. */
    public enum Kind {
        /** They were altered, cut or never such a thing. */
        DAMAGED,
        /** They carry the version number of a later format. */
        NEWER_VERSION
    }

    private final Kind kind;

    private DamagedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Reports altered bytes.
     *
     * @param message what was found and what would be right
     * @return the exception to throw
     */
    public static DamagedException damaged(String message) {
        return new DamagedException(Kind.DAMAGED, message);
    }

    /**
     * Reports a format of the future.
     *
     * @param what what has the version
     * @param version the version found
     * @param known the version this program knows
     * @return the exception to throw
     */
    public static DamagedException newer(String what, int version, int known) {
        return new DamagedException(
                Kind.NEWER_VERSION, what + " has version " + version + "; expected at most " + known);
    }

    /**
     * Tells what is wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
