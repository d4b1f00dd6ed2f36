package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PointImageTest {

    private static final int MEBIBYTE = 1 << 20;

    private final RecoveryStore store =
            RecoveryStore.open(new SimulatedFiles(1), RandomHistoryTest.SMALL, StoreDriver.TIME);
    private final MachineHistory history = store.create(HandMade.MACHINE);
    private final HandMade stream = new HandMade(Codec.LZ4);

    private PointImage head() {
        store.commit();
        return history.openUnproven(history.head().position(), HandMade.KEYS);
    }

    private static List<String> status(PointImage image, long offset, long length) {
        List<String> pieces = new ArrayList<>();
        image.blockStatus(0, offset, length, (at, bytes, kind) -> pieces.add(at + "+" + bytes + " " + kind));
        return pieces;
    }

    @Test
    void tellsWhatEachRangeHolds() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 5L * MEBIBYTE + 777))
                .write(0, 4096, HandMade.pattern(8192, 1))
                .write(0, 12_288, HandMade.pattern(100, 2))
                .empty(0, MEBIBYTE + 100, 3L * MEBIBYTE, ExtentKind.DISCARD)
                .to(history);

        try (PointImage image = head()) {
            assertThat(status(image, 0, 5L * MEBIBYTE + 777))
                    .containsExactly(
                            "0+4096 ZERO",
                            "4096+8292 DATA",
                            "12388+1036188 ZERO",
                            "1048576+100 ZERO",
                            "1048676+1048476 DISCARD",
                            "2097152+1048576 DISCARD",
                            "3145728+1048576 DISCARD",
                            "4194304+100 DISCARD",
                            "4194404+1048476 ZERO",
                            "5242880+777 ZERO");
            assertThat(status(image, 5000, 1)).containsExactly("5000+1 DATA");
        }
    }

    @Test
    void endsTheStatusWhenTheSinkHasEnough() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 5L * MEBIBYTE))
                .to(history);

        try (PointImage image = head()) {
            List<Long> offsets = new ArrayList<>();
            image.blockStatus(0, 0, 5L * MEBIBYTE, (at, _, _) -> {
                offsets.add(at);
                return offsets.size() < 2;
            });
            assertThat(offsets).containsExactly(0L, (long) MEBIBYTE);
        }
    }

    @Test
    void refusesRangesAndDisksThatAreNotThere() {
        stream.epoch(history, Position.ORIGIN).disks(HandMade.oneDisk(1, 1000)).to(history);

        try (PointImage image = head()) {
            refuses(ErrorCode.INVALID_ARGUMENT, () -> image.read(0, 990, ByteBuffer.allocate(11)));
            refuses(ErrorCode.INVALID_ARGUMENT, () -> image.read(0, -1, ByteBuffer.allocate(1)));
            refuses(ErrorCode.INVALID_ARGUMENT, () -> image.read(1, 0, ByteBuffer.allocate(1)));
            refuses(ErrorCode.INVALID_ARGUMENT, () -> image.blockStatus(0, 0, 1001, (_, _, _) -> true));
        }
    }

    @Test
    void refusesReadsAfterItWasClosed() {
        stream.epoch(history, Position.ORIGIN).disks(HandMade.oneDisk(1, 1000)).to(history);
        PointImage image = head();

        image.close();
        image.close();

        refuses(ErrorCode.ILLEGAL_STATE, () -> image.read(0, 0, ByteBuffer.allocate(1)));
    }

    @Test
    void doesNotChangeWhileItIsOpen() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, MEBIBYTE))
                .write(0, 0, HandMade.pattern(300_000, 1))
                .to(history);
        try (PointImage image = head()) {
            for (int round = 2; round < 6; round++) {
                stream.write(0, 0, HandMade.pattern(300_000, round)).to(history);
                store.commit();
                while (store.maintain()) {
                    // seals the segments under the open image
                }
            }

            ByteBuffer found = ByteBuffer.allocate(300_000);
            image.read(0, 0, found);
            assertThat(found.array()).isEqualTo(HandMade.pattern(300_000, 1));
        }
    }

    /** Frames of which all is wanted go another way than parts of frames, and that way again depends on the buffer. */
    @Test
    void readsWholeFramesAndPartsOfThemIntoAnyBuffer() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 2L * MEBIBYTE))
                .write(0, 0, HandMade.pattern(MEBIBYTE, 1))
                .to(history);
        stream.write(0, 5 * 65_536 + 100, HandMade.pattern(1000, 2)).to(history);
        byte[] expected = HandMade.pattern(MEBIBYTE, 1);
        System.arraycopy(HandMade.pattern(1000, 2), 0, expected, 5 * 65_536 + 100, 1000);
        try (PointImage image = head()) {
            for (int[] range : new int[][] {{0, MEBIBYTE}, {65_536, 65_536}, {65_535, 65_538}, {0, MEBIBYTE}, {7, 9}}) {
                byte[] wanted = Arrays.copyOfRange(expected, range[0], range[0] + range[1]);
                ByteBuffer inArray = ByteBuffer.allocate(range[1] + 40).slice(13, range[1]);
                ByteBuffer outside = ByteBuffer.allocateDirect(range[1] + 3).position(3);
                image.read(0, range[0], inArray);
                image.read(0, range[0], outside);

                assertThat(inArray.flip()).isEqualTo(ByteBuffer.wrap(wanted));
                assertThat(outside.flip().position(3)).isEqualTo(ByteBuffer.wrap(wanted));
            }
        }
    }

    @Test
    void servesManyReadersAtOnce() throws Exception {
        stream.epoch(history, Position.ORIGIN).disks(HandMade.oneDisk(1, 8L * MEBIBYTE));
        byte[] expected = new byte[8 * MEBIBYTE];
        for (int write = 0; write < 200; write++) {
            byte[] data = HandMade.pattern(16_384, write);
            int offset = (int) (write * 7919L * 512 % (expected.length - data.length));
            System.arraycopy(data, 0, expected, offset, data.length);
            stream.write(0, offset, data);
            if (write % 3 == 2) {
                stream.to(history);
                store.commit();
                store.maintain();
            }
        }
        stream.proof(stream.sequence()).to(history);
        try (PointImage image = head();
                ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> readers = new ArrayList<>();
            for (int reader = 0; reader < 4; reader++) {
                int seed = reader;
                readers.add(executor.submit(() -> readsRight(image, expected, seed)));
            }
            for (Future<Boolean> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static boolean readsRight(PointImage image, byte[] expected, int seed) {
        java.util.Random random = new java.util.Random(seed);
        for (int read = 0; read < 200; read++) {
            int offset = random.nextInt(expected.length - 70_000);
            ByteBuffer found = ByteBuffer.allocate(1 + random.nextInt(70_000));
            image.read(0, offset, found);
            if (java.util.Arrays.mismatch(
                            found.array(), 0, found.capacity(), expected, offset, offset + found.capacity())
                    >= 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void readsAWriteOfTheLargestSizeAndOneOfTheSmallest() {
        byte[] large = HandMade.pattern(BatchBuilder.RECORD_BYTES_MAX, 1);
        RecoveryStore wide = RecoveryStore.open(new SimulatedFiles(2), StoreSettings.DEFAULT, StoreDriver.TIME);
        MachineHistory wideHistory = wide.create(HandMade.MACHINE);
        HandMade wideStream = new HandMade(Codec.LZ4)
                .epoch(wideHistory, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 64L * MEBIBYTE))
                .to(wideHistory);
        wideStream.write(0, 12_345, large).to(wideHistory);
        wideStream.write(0, 0, new byte[] {7}).to(wideHistory);
        wide.commit();

        try (PointImage image = wideHistory.openUnproven(wideHistory.head().position(), HandMade.KEYS)) {
            ByteBuffer found = ByteBuffer.allocate(large.length);
            image.read(0, 12_345, found);
            assertThat(java.util.Arrays.equals(found.array(), large)).isTrue();
            ByteBuffer first = ByteBuffer.allocate(2);
            image.read(0, 0, first);
            assertThat(first.array()).containsExactly(7, 0);
        }
        wide.close();
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
