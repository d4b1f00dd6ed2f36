package io.holdfast.bench;

import io.holdfast.journal.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What one line of the table is about.
 *
 * @param data what is written
 * @param codec how it is compressed
 * @param writeKibibytes in writes of this size
 */
record IngestCase(IngestData data, Codec codec, int writeKibibytes) {

    private static final List<Codec> CODECS = List.of(Codec.LZ4, Codec.ZSTANDARD);
    private static final int SMALL = 4;
    private static final int MIDDLE = 8;
    private static final int LARGE = 64;
    private static final double LZ4_GOAL = 0.60;
    private static final double ZSTANDARD_GOAL = 0.75;

    /** Every codec and size of write for these kinds of data. */
    static List<IngestCase> all(List<IngestData> kinds) {
        List<IngestCase> cases = new ArrayList<>();
        for (IngestData data : kinds) {
            for (Codec codec : CODECS) {
                for (int kibibytes : List.of(SMALL, MIDDLE, LARGE)) {
                    cases.add(new IngestCase(data, codec, kibibytes));
                }
            }
        }
        return cases;
    }

    int writeBytes() {
        return writeKibibytes << 10;
    }

    /** Large writes are what the product is judged by. */
    boolean isJudged() {
        return writeKibibytes == LARGE;
    }

    String codecLabel() {
        return codec.name().toLowerCase(Locale.ROOT);
    }

    /** The least durable rate that was set as a goal, by the codec alone; half of it for small writes, none in between. */
    OptionalDouble codecRatioGoal() {
        double large = codec == Codec.LZ4 ? LZ4_GOAL : ZSTANDARD_GOAL;
        return switch (writeKibibytes) {
            case LARGE -> OptionalDouble.of(large);
            case SMALL -> OptionalDouble.of(large / 2);
            default -> OptionalDouble.empty();
        };
    }

    /** The most metadata that was set as a goal, by plaintext. */
    double metadataShareGoal() {
        return switch (writeKibibytes) {
            case SMALL -> 0.025;
            case MIDDLE -> 0.015;
            default -> 0.005;
        };
    }
}
