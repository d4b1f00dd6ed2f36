package io.holdfast.configserver.internal.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.configserver.SpaceAlarm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpaceMemoryTest {

    private static final SpaceMemory.Seen SEEN = new SpaceMemory.Seen(
            SpaceAlarm.WEEK,
            List.of(
                    new SpaceForecast.Noted(
                            60_000, List.of(new SpaceForecast.Growth(61_000, 4_096), new SpaceForecast.Growth(0, 0))),
                    new SpaceForecast.Noted(600_000, List.of(new SpaceForecast.Growth(61_000, -4_096))),
                    new SpaceForecast.Noted(7_200_000, List.of())));

    /** As {@code docs/formats/space-seen.md} has it; never made anew. */
    private static final String GOLDEN = """
            holdfast space-seen 1
            alarm WEEK
            every 60000 61000 4096 0 0
            every 600000 61000 -4096
            every 7200000
            crc32c c8791580
            """;

    private final Path file;
    private final SpaceMemory memory;

    SpaceMemoryTest(@TempDir Path folder) {
        file = folder.resolve("space-seen");
        memory = new SpaceMemory(file);
    }

    private Path aside() {
        return file.resolveSibling("space-seen.damaged");
    }

    @Test
    void nothingWasSeenBeforeTheFirstTime() {
        assertThat(memory.read()).isEqualTo(SpaceMemory.Seen.NOTHING);
        assertThat(aside()).doesNotExist();
    }

    @Test
    void anotherProcessReadsWhatWasWrittenLast() {
        memory.write(SpaceMemory.Seen.NOTHING);
        memory.write(SEEN);

        assertThat(new SpaceMemory(file).read()).isEqualTo(SEEN);
        assertThat(file).hasContent(GOLDEN);
    }

    @Test
    void whatAForecastKeepsAtMostIsRead() {
        SpaceForecast forecast = new SpaceForecast();
        for (long minute = 0; minute < TimeUnit.DAYS.toMinutes(9); minute++) {
            forecast.add(TimeUnit.MINUTES.toMillis(minute), Long.MAX_VALUE / 16 - minute);
        }
        SpaceMemory.Seen most =
                new SpaceMemory.Seen(SpaceAlarm.INTAKE_STOPPED, forecast.noted(TimeUnit.DAYS.toMillis(9), 0));

        memory.write(most);

        assertThat(memory.read()).isEqualTo(most);
    }

    @Test
    void noBitCanBeOtherUnseen() {
        byte[] bytes = GOLDEN.getBytes(StandardCharsets.ISO_8859_1);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            String altered = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> SpaceMemory.parse(altered))
                    .as("bit %d", bit)
                    .isInstanceOf(IllegalArgumentException.class);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void noEndCanBeMissingUnseen() {
        for (int length = 0; length < GOLDEN.length(); length++) {
            String cut = GOLDEN.substring(0, length);
            assertThatThrownBy(() -> SpaceMemory.parse(cut))
                    .as("%d characters", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alarm NOISE\n",
                "every 60000 1 1\n",
                "alarm NONE\nsometimes 60000 1 1\n",
                "alarm NONE\nevery 60000 1\n",
                "alarm NONE\nevery 60000 1 x\n",
                "alarm NONE\nevery 60000 -1 1\n",
                "alarm NONE\nevery 60000 1 1 2 2\n",
                "alarm NONE\nevery 60000 99999999999999 1\n",
                "alarm NONE\nevery 60000 1 -9223372036854775808\n",
                "alarm NONE\nevery 60000 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n",
                ""
            })
    void whatNobodyCanHaveSeenIsRefusedWithARightChecksumToo(String lines) {
        String text = "holdfast space-seen 1\n" + lines;

        assertThatThrownBy(() -> SpaceMemory.parse(text + SpaceMemory.check(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("checksum");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10_000, 100_000})
    void damagedFileIsPutAsideAndNothingWasSeen(int length) throws IOException {
        String damaged = "\u00ff".repeat(length);
        Files.writeString(file, damaged, StandardCharsets.ISO_8859_1);

        assertThat(memory.read()).isEqualTo(SpaceMemory.Seen.NOTHING);

        assertThat(file).doesNotExist();
        assertThat(Files.readString(aside(), StandardCharsets.ISO_8859_1)).isEqualTo(damaged);
        memory.write(SEEN);
        assertThat(memory.read()).isEqualTo(SEEN);
    }

    @Test
    void fileThatCannotBeReadOrReplacedHindersNothing() throws IOException {
        Files.createDirectories(file.resolve("in the way"));

        memory.write(SEEN);

        assertThat(memory.read()).isEqualTo(SpaceMemory.Seen.NOTHING);
    }
}
