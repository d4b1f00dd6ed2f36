package io.holdfast.processserver.internal.coding;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.Codec;
import io.holdfast.processserver.internal.coding.LineModel.Data;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In model time; builders of the model let 65 to 180 MB/s through at slowness 1. */
class CodecChoiceTest {

    private static final double MEGABYTE = 1e6;

    private final LineModel line = LineModel.chosen(2);

    @Test
    void beginsWithTheFastCodec() {
        CodecChoice choice = new CodecChoice(new CodecChoice.Bounds(LineModel.WINDOW_BYTES, 2));

        assertThat(choice.next(0, 4096, 4096).codec()).isEqualTo(Codec.LZ4);
        assertThat(choice.standing().reason()).isEqualTo("Nothing is measured yet, and LZ4 is the faster one.");
    }

    @Test
    void takesLz4WhereTheProcessorIsSlowAndTheLinkFast() {
        line.slowness = 4;

        line.runSeconds(60);

        assertThat(line.codec).isEqualTo(Codec.LZ4);
        assertThat(line.changesAtBatch).isEmpty();
        assertThat(line.standing().why()).isEqualTo(Standing.Why.LETS_MORE_THROUGH);
        assertThat(line.standing().reason())
                .startsWith("More is written than gets through: with LZ4 4")
                .contains(" MB/s, with Zstandard it would be ");
    }

    @Test
    void takesZstandardWhereTheLinkIsSlow() {
        line.linkBytesPerSecond = 5 * MEGABYTE;

        line.runSeconds(60);

        assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
        assertThat(line.changesAtBatch).hasSize(1);
        assertThat(line.changesAtBatch.getFirst()).isLessThan(64);
        assertThat(line.standing().figures().sentRate()).isBetween(4.7 * MEGABYTE, 5.3 * MEGABYTE);
        assertThat(line.standing().reason())
                .startsWith("More is written than gets through, and the way into the store limits it to ")
                .endsWith(" MB/s: 31 % of the data, with LZ4 42 %.");
    }

    /** As a store answers that commits for many machines at once. */
    @Test
    void measuresTheLinkAlsoWhereAnswersComeManyAtATime() {
        line.linkBytesPerSecond = 20 * MEGABYTE;
        line.answersTogetherNanos = 200_000_000;

        line.runSeconds(60);

        assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
        assertThat(line.changesAtBatch).hasSize(1);
        assertThat(line.standing().figures().sentRate()).isBetween(15 * MEGABYTE, 22 * MEGABYTE);
    }

    @Test
    void takesZstandardForAMachineThatWritesLittle() {
        line.writtenBytesPerSecond = 4 * MEGABYTE;

        line.runSeconds(60);

        assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
        assertThat(line.changesAtBatch).hasSize(1);
        assertThat(line.changesAtBatch.getFirst()).isLessThan(32);
        assertThat(line.standing().reason())
                .isEqualTo("It keeps up with what is written and stores least: 31 % of the data, with LZ4 42 %.");
    }

    @Test
    void leavesLz4AloneWhereOnlyThatKeepsUp() {
        line.writtenBytesPerSecond = 120 * MEGABYTE;

        line.runSeconds(15);

        assertThat(line.codec).isEqualTo(Codec.LZ4);
        assertThat(line.changesAtBatch).isEmpty();
        assertThat(line.standing().reason()).startsWith("Zstandard might not keep up with what is written");
    }

    @Test
    void takesLz4ForWhatDoesNotShrink() {
        line.data = () -> Data.RANDOM;
        line.linkBytesPerSecond = 20 * MEGABYTE;

        line.runSeconds(30);

        assertThat(line.codec).isEqualTo(Codec.LZ4);
        assertThat(line.changesAtBatch).isEmpty();
        assertThat(line.standing().why()).isEqualTo(Standing.Why.STORES_AS_LITTLE);
    }

    @Test
    void followsALinkThatChangesWithinAFewBatches() {
        line.slowness = 2;
        line.linkBytesPerSecond = 400 * MEGABYTE;
        line.runSeconds(30);
        assertThat(line.codec).isEqualTo(Codec.LZ4);

        line.linkBytesPerSecond = 5 * MEGABYTE;
        int slowAt = line.batches;
        line.runSeconds(30);
        assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
        assertThat(line.changesAtBatch).hasSize(1);
        assertThat(line.changesAtBatch.getLast() - slowAt).isLessThan(100);

        line.linkBytesPerSecond = 400 * MEGABYTE;
        int fastAt = line.batches;
        line.runSeconds(30);
        assertThat(line.codec).isEqualTo(Codec.LZ4);
        assertThat(line.changesAtBatch).hasSize(2);
        assertThat(line.changesAtBatch.getLast() - fastAt)
                .as("batches; that the link was slow is believed for 20 s, at 60 MB/s")
                .isLessThan(1_300);
    }

    @Test
    void followsDataThatChangesWithoutGoingToAndFro() {
        line.linkBytesPerSecond = 20 * MEGABYTE;
        for (int round = 0; round < 5; round++) {
            line.data = () -> Data.TEXT;
            line.runSeconds(20);
            assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
            line.data = () -> Data.RANDOM;
            line.runSeconds(60);
            assertThat(line.codec).isEqualTo(Codec.LZ4);
        }

        assertThat(line.changesAtBatch).hasSize(10);
    }

    @Test
    void takesTheAverageOfDataThatIsMixed() {
        Random random = new Random(7);
        Data[] kinds = {Data.DATABASE, Data.TEXT, Data.RANDOM};
        line.data = () -> kinds[random.nextInt(kinds.length)];
        line.linkBytesPerSecond = 20 * MEGABYTE;

        line.runSeconds(300);

        assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
        assertThat(line.changesAtBatch)
                .as("the first one, and one there and back each minute")
                .hasSizeLessThanOrEqualTo(1 + 2 * 5);
    }

    @Test
    void doesNotSwingWithBursts() {
        for (int second = 0; second < 120; second++) {
            line.writtenBytesPerSecond = 150 * MEGABYTE;
            line.runSeconds(0.3);
            line.writtenBytesPerSecond = 10 * MEGABYTE;
            line.runSeconds(0.7);
        }

        assertThat(line.changesAtBatch).hasSizeLessThanOrEqualTo(2 * 120 / 10);
    }

    /** What looks like a slow link is then processor time, of which LZ4 leaves more. */
    @Test
    void findsOutWhatExpectationsLeaveOutWhereBuildersAndNetworkShareTheirProcessors() {
        LineModel[] lines = {LineModel.fixed(Codec.LZ4), LineModel.fixed(Codec.ZSTANDARD), LineModel.chosen(2)};
        for (LineModel each : lines) {
            each.data = () -> Data.TEXT;
            each.sendingNanos = 5;
            each.runSeconds(120);
        }

        assertThat(lines[0].durableBytes).isGreaterThan((long) (1.3 * lines[1].durableBytes));
        assertThat(lines[2].durableBytes).isGreaterThan((long) (0.9 * lines[0].durableBytes));
    }

    /** The link was slow, and goes on looking slow when it is no more. */
    @Test
    void findsThatOutAlsoWhereZstandardWasRightBefore() {
        line.data = () -> Data.TEXT;
        line.linkBytesPerSecond = 10 * MEGABYTE;
        line.runSeconds(40);
        assertThat(line.codec).isEqualTo(Codec.ZSTANDARD);
        LineModel fast = LineModel.fixed(Codec.LZ4);
        fast.data = () -> Data.TEXT;

        long before = line.durableBytes;
        line.linkBytesPerSecond = fast.linkBytesPerSecond;
        for (LineModel each : new LineModel[] {fast, line}) {
            each.sendingNanos = 5;
            each.runSeconds(300);
        }

        assertThat(line.durableBytes - before).isGreaterThan((long) (0.88 * fast.durableBytes));
    }

    @Test
    void triesTheCodecsSeldom() {
        line.runSeconds(120);

        assertThat(line.batches).isGreaterThan(5_000);
        assertThat(line.trials).isBetween(line.batches / 64, line.batches / 64 + 8);
    }

    /** Rates of the link in MB/s, slowness of the builders, and how many of the two that the choice believes in there really are. */
    @ParameterizedTest
    @CsvSource({
        "2, 1, 2",
        "10, 1, 2",
        "25, 1, 2",
        "40, 1, 2",
        "60, 1, 2",
        "80, 1, 2",
        "120, 1, 2",
        "500, 1, 2",
        "2, 4, 2",
        "6, 4, 2",
        "10, 4, 2",
        "15, 4, 2",
        "20, 4, 2",
        "40, 4, 2",
        "500, 4, 2",
        "10, 1, 1",
        "15, 1, 1",
        "25, 1, 1",
        "40, 1, 1",
        "500, 1, 1",
        "20, 0.25, 2",
        "100, 0.25, 2",
        "150, 0.25, 2",
        "200, 0.25, 2",
        "400, 0.25, 2"
    })
    void letsThroughNearlyWhatTheBestFixedCodecDoes(double link, double slowness, int builders) {
        for (Data data : new Data[] {Data.DATABASE, Data.TEXT, Data.RANDOM}) {
            long best = Math.max(
                    run(LineModel.fixed(Codec.LZ4), data, link, slowness, builders).durableBytes,
                    run(LineModel.fixed(Codec.ZSTANDARD), data, link, slowness, builders).durableBytes);
            LineModel chosen = run(LineModel.chosen(2), data, link, slowness, builders);

            assertThat(chosen.durableBytes).as("%s", data).isGreaterThan((long) (0.95 * best));
            assertThat(chosen.changesAtBatch).as("changes in 60 s, %s", data).hasSizeLessThan(30);
        }
    }

    private static LineModel run(LineModel line, Data data, double link, double slowness, int builders) {
        line.data = () -> data;
        line.linkBytesPerSecond = link * MEGABYTE;
        line.slowness = slowness;
        line.builders = builders;
        line.runSeconds(60);
        return line;
    }
}
