package io.holdfast.adapter.kvm.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.adapter.kvm.Waiting;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardPartsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void settingsSurviveTheCommandLine() {
        GuardSettings settings = settings(500, 5000);

        assertThat(GuardSettings.parse(settings.toArguments())).isEqualTo(settings);
        assertThat(settings.killLimitMillis()).isEqualTo(3500);
        assertThat(settings(500, 2000).silenceLimitMillis()).isEqualTo(600);
    }

    @Test
    void settingsOutsideTheirRangeAreNamed() {
        assertThatThrownBy(() -> settings(10, 5000)).hasMessageContaining("stallLimitMillis");
        assertThatThrownBy(() -> settings(500, 1999)).hasMessageContaining("writeBoundMillis");
        assertThatThrownBy(() -> new GuardSettings(
                        Path.of("/" + "x".repeat(80)), Path.of("/q"), Path.of("/g"), Path.of("/b"), 500, 5000))
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> GuardSettings.parse(List.of("folder"))).hasMessageContaining("name=value");
        assertThatThrownBy(() -> GuardSettings.parse(List.of("folder=/a"))).hasMessageContaining("monitor");
    }

    @Test
    void theRingNumbersWithoutAHoleAndForgetsTheOldest() {
        EventRing ring = new EventRing();
        assertThat(ring.completeAfter(0)).isTrue();
        for (int i = 0; i < EventRing.FRAMES_MAX + 10; i++) {
            ring.add(Frame.Type.EVENT, new byte[] {1});
        }

        assertThat(ring.last()).isEqualTo(EventRing.FRAMES_MAX + 10);
        assertThat(ring.completeAfter(9)).isFalse();
        assertThat(ring.completeAfter(10)).isTrue();
        assertThat(ring.after(ring.last() - 2)).extracting(Frame::number).containsExactly(ring.last() - 1, ring.last());
        assertThat(ring.completeAfter(ring.last() + 1))
                .as("a number never given")
                .isFalse();
    }

    @Test
    void theRingIsBoundedInBytes() {
        EventRing ring = new EventRing();
        for (int i = 0; i < 3; i++) {
            ring.add(Frame.Type.EVENT, new byte[EventRing.BYTES_MAX / 2]);
        }

        assertThat(ring.after(0)).hasSize(2);
    }

    @Test
    void aFailureKeepsItsNameAcrossTheFile() {
        HoldfastException error = new HoldfastException(ErrorCode.MONITOR_IN_USE, "/q", "found\nthis");

        HoldfastException read =
                Failure.parse(new Failure(error.code(), error.object(), String.valueOf(error.getMessage()))
                        .toText()
                        .lines()
                        .toList());

        assertThat(read.code()).isEqualTo(ErrorCode.MONITOR_IN_USE);
        assertThat(read).hasMessage("/q: found this");
        assertThatThrownBy(() -> Failure.parse(List.of("x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLogHasTwoFilesAtMost() throws Exception {
        Path file = folder.resolve("log");
        try (GuardLog log = new GuardLog(file)) {
            String line = "x".repeat(64 << 10);
            for (int i = 0; i < 20; i++) {
                log.say(line);
            }
        }
        Waiting.until("written", SOON, () -> Files.exists(folder.resolve("log.1")));
        assertThat(Files.size(file)).isLessThan(2L * GuardLog.FILE_BYTES_MAX);
        assertThat(Files.size(folder.resolve("log.1"))).isLessThan(2L * GuardLog.FILE_BYTES_MAX);
    }

    @Test
    void anAbsentHeartbeatIsSilentAndAReplacedOneIsSeen() throws Exception {
        Path file = folder.resolve("beat");
        long second = TimeUnit.SECONDS.toNanos(1);
        HeartbeatSight sight = new HeartbeatSight(file, 0);
        sight.refresh();
        assertThat(sight.silentNanos(5 * second)).isEqualTo(5 * second);

        CaptureHeartbeat.create(file, 6 * second);
        sight.refresh();
        assertThat(sight.silentNanos(7 * second)).isEqualTo(second);

        Files.delete(file);
        CaptureHeartbeat.create(file, 20 * second).beat(20 * second, 19 * second);
        sight.refresh();
        assertThat(sight.silentNanos(21 * second)).isEqualTo(second);
        assertThat(sight.oldestUnansweredNanos(21 * second)).isEqualTo(2 * second);
    }

    @Test
    void framesCrossASocketAndGarbageDoesNot() throws Exception {
        try (SocketPair pair = new SocketPair(folder.resolve("s"));
                FrameStream here = new FrameStream(pair.here);
                FrameStream there = new FrameStream(pair.there)) {
            here.write(Frame.of(Frame.Type.EVENT, Long.MAX_VALUE, "ü"), SOON);
            Frame read = there.read(SOON);
            assertThat(read).isNotNull();
            assertThat(read == null ? "" : read.text()).isEqualTo("ü");
            assertThat(read == null ? 0 : read.number()).isEqualTo(Long.MAX_VALUE);
            assertThat(there.read(Duration.ofMillis(10))).isNull();

            pair.here.write(ByteBuffer.wrap(new byte[] {0x7f, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}), SOON);
            assertThatThrownBy(() -> there.read(SOON))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no frame");
            here.close();
            assertThatThrownBy(() -> there.read(SOON)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aPeerThatDoesNotReadCostsABoundedTime() throws Exception {
        try (SocketPair pair = new SocketPair(folder.resolve("s"))) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> pair.here.write(ByteBuffer.allocate(8 << 20), Duration.ofMillis(200)))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    private GuardSettings settings(int stall, int bound) {
        return new GuardSettings(folder, Path.of("/q"), Path.of("/g"), Path.of("/b"), stall, bound);
    }
}
