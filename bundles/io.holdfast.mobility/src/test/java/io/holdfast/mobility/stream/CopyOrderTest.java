package io.holdfast.mobility.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Copy reads beside live writes, byte by byte against a model: the source's content is a counter of versions, so an older byte that is
 * sequenced after a newer one shows at once.
 */
class CopyOrderTest {

    private static final int SEEDS = 500;
    private static final int DISKS = 2;
    private static final int DISK_BYTES = 400;

    private record Reading(CopyRead read, int disk, int offset, byte[] seen) {}

    @Test
    void noOlderByteIsEverSequencedAfterANewerOne() {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                play(new Random(seed));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void play(Random random) {
        Sequencer sequencer = new Sequencer(new StoppedClock(), 64 << 20);
        sequencer.open(1);
        byte[][] source = new byte[DISKS][DISK_BYTES];
        boolean[][] covered = new boolean[DISKS][DISK_BYTES];
        List<Reading> readings = new ArrayList<>();
        int version = 0;
        for (int step = 0; step < 120; step++) {
            int disk = random.nextInt(DISKS);
            int offset = random.nextInt(DISK_BYTES);
            int length = 1 + random.nextInt(Math.min(60, DISK_BYTES - offset));
            if (random.nextInt(3) > 0) {
                version = version == 120 ? 1 : version + 1;
                write(random, sequencer, source, disk, offset, length, (byte) version);
            } else if (random.nextBoolean() || readings.isEmpty()) {
                readings.add(new Reading(sequencer.beginCopy(1, disk, offset, length), disk, offset, new byte[length]));
            } else {
                finish(sequencer, readings.remove(random.nextInt(readings.size())), source, covered);
            }
            look(random, readings, source);
        }
        readings.forEach(reading -> finish(sequencer, reading, source, covered));
        check(sequencer, source, covered);
    }

    /** As a hypervisor does it: the source's disk first, then the capture. */
    private static void write(
            Random random, Sequencer sequencer, byte[][] source, int disk, int offset, int length, byte version) {
        boolean zero = random.nextInt(10) == 0;
        byte[] data = new byte[length];
        java.util.Arrays.fill(data, zero ? 0 : version);
        System.arraycopy(data, 0, source[disk], offset, length);
        if (zero) {
            sequencer.fill(1, disk, offset, length, ExtentKind.ZERO);
        } else {
            sequencer.write(1, disk, offset, ByteBuffer.wrap(data));
        }
    }

    /** A read sees parts of its range at different moments. */
    private static void look(Random random, List<Reading> readings, byte[][] source) {
        for (Reading reading : readings) {
            for (int i = 0; i < reading.seen.length; i++) {
                if (random.nextInt(4) == 0) {
                    reading.seen[i] = source[reading.disk][reading.offset + i];
                }
            }
        }
    }

    private static void finish(Sequencer sequencer, Reading reading, byte[][] source, boolean[][] covered) {
        byte[] seen = reading.seen;
        for (int i = 0; i < seen.length; i++) {
            covered[reading.disk][reading.offset + i] = true;
            if (seen[i] == 0) {
                seen[i] = source[reading.disk][reading.offset + i];
            }
        }
        sequencer.finishCopy(
                reading.read, List.of(CopyPiece.data(reading.offset, ByteBuffer.wrap(seen))), Long.MAX_VALUE);
    }

    private static void check(Sequencer sequencer, byte[][] source, boolean[][] covered) {
        byte[][] image = new byte[DISKS][DISK_BYTES];
        boolean[][] written = new boolean[DISKS][DISK_BYTES];
        for (StreamRecord entry : sequencer.unlogged(Long.MAX_VALUE).records()) {
            StreamRecord.Change change = (StreamRecord.Change) entry;
            for (int i = 0; i < change.length(); i++) {
                int at = (int) change.offset() + i;
                byte value = change.kind() == ExtentKind.DATA
                        ? change.data().get(change.data().position() + i)
                        : 0;
                image[change.disk()][at] = value;
                written[change.disk()][at] |= change.origin() == ChangeOrigin.GUEST;
            }
        }
        for (int disk = 0; disk < DISKS; disk++) {
            for (int at = 0; at < DISK_BYTES; at++) {
                if (covered[disk][at] || written[disk][at]) {
                    assertThat(image[disk][at])
                            .as("byte %d of disk %d", at, disk)
                            .isEqualTo(source[disk][at]);
                }
            }
        }
    }
}
