package io.holdfast.processserver.internal.coding;

import io.holdfast.journal.Codec;
import java.util.Locale;

/**
 * The codec in use on a line and why.
 *
 * @param codec in use
 * @param why the reason
 * @param figures what it rests on
 */
public record Standing(Codec codec, Why why, Figures figures) {

    /** Before anything was measured. */
    static final Standing AT_START = new Standing(Codec.LZ4, Why.NOTHING_MEASURED, new Figures(1, 1, 0, 0, 0, false));

    private static final double MEGABYTE = 1e6;

    /** Reasons. */
    public enum Why {
        /** Nothing is measured yet. */
        NOTHING_MEASURED,
        /** Zstandard shrinks the data no further. */
        STORES_AS_LITTLE,
        /** More is written than gets through, and LZ4 lets more through. */
        LETS_MORE_THROUGH,
        /** More is written than gets through, and nobody knows what LZ4 would let through. */
        IS_TRIED,
        /** More is written than gets through, and what is stored is what counts. */
        SENDING_LIMITS,
        /** More is written than gets through, and Zstandard lets about as much through as LZ4. */
        NEARLY_AS_FAST,
        /** Zstandard keeps up with what is written. */
        KEEPS_UP,
        /** Zstandard would not. */
        ONLY_FAST_KEEPS_UP
    }

    /**
     * What was measured or follows from it.
     *
     * @param fastShare bytes stored for a byte of plaintext by LZ4
     * @param denseShare the same by Zstandard
     * @param fastRate plaintext a second that gets through with LZ4
     * @param denseRate the same with Zstandard
     * @param sentRate stored bytes a second that reach the store; infinite when it was never the limit of late
     * @param sendingLimits whether it is that, and not building, that limits what Zstandard lets through
     */
    public record Figures(
            double fastShare,
            double denseShare,
            double fastRate,
            double denseRate,
            double sentRate,
            boolean sendingLimits) {}

    /**
     * The reason for people.
     *
     * @return one sentence or two
     */
    public String reason() {
        return switch (why) {
            case NOTHING_MEASURED -> "Nothing is measured yet, and LZ4 is the faster one.";
            case STORES_AS_LITTLE -> "Zstandard would shrink this data no further, and takes more processor time.";
            case LETS_MORE_THROUGH ->
                "More is written than gets through: with LZ4 " + rate(figures.fastRate)
                        + ", with Zstandard it would be " + rate(figures.denseRate) + ".";
            case IS_TRIED -> "More is written than gets through, and LZ4 is tried for some seconds.";
            case SENDING_LIMITS ->
                "More is written than gets through, and the way into the store limits it to " + rate(figures.sentRate)
                        + ": " + shares() + ".";
            case NEARLY_AS_FAST ->
                "More is written than gets through: " + rate(figures.denseRate) + ", with LZ4 it would hardly be more ("
                        + rate(figures.fastRate) + "), and more would be stored: " + shares() + ".";
            case KEEPS_UP -> "It keeps up with what is written and stores least: " + shares() + ".";
            case ONLY_FAST_KEEPS_UP ->
                "Zstandard might not keep up with what is written: it would let " + rate(figures.denseRate)
                        + " through.";
        };
    }

    private String shares() {
        return String.format(
                Locale.ROOT,
                "%.0f %% of the data, with LZ4 %.0f %%",
                100 * figures.denseShare,
                100 * figures.fastShare);
    }

    private static String rate(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.1f MB/s", bytesPerSecond / MEGABYTE);
    }
}
