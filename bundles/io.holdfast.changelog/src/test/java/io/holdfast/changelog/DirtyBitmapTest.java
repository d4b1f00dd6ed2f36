package io.holdfast.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirtyBitmapTest {

    @Test
    void granularityDoublesBeyondOneTebibyteSoThatABitmapStaysAt32Mebibytes() {
        assertThat(DirtyBitmap.granularityFor(1)).isEqualTo(4096);
        assertThat(DirtyBitmap.granularityFor(1L << 40)).isEqualTo(4096);
        assertThat(DirtyBitmap.granularityFor((1L << 40) + 1)).isEqualTo(8192);
        assertThat(DirtyBitmap.granularityFor(64L << 40)).isEqualTo(256 << 10);
    }

    @Test
    void agreesWithASimpleModelForRandomWork() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            long size = 1 + random.nextInt(3 << 20);
            DirtyBitmap bitmap = new DirtyBitmap(size);
            BitSet model = new BitSet();
            for (int i = 0; i < 20; i++) {
                long offset = random.nextLong(size);
                long length = random.nextLong(Math.min(size - offset, 1 + (1 << random.nextInt(19))) + 1);
                bitmap.set(offset, length);
                if (length > 0) {
                    model.set((int) (offset / 4096), (int) ((offset + length - 1) / 4096) + 1);
                }
            }
            long from = random.nextLong(size);
            long to = from + random.nextLong(size - from + 1);

            BitSet found = new BitSet();
            long covered = 0;
            long previousEnd = -1;
            for (DirtyBitmap.Range range : bitmap.ranges(from, to - from)) {
                assertThat(range.offset()).isGreaterThan(previousEnd).isGreaterThanOrEqualTo(from);
                previousEnd = range.offset() + range.length();
                assertThat(previousEnd).isLessThanOrEqualTo(to);
                covered += range.length();
                found.set((int) (range.offset() / 4096), (int) ((previousEnd - 1) / 4096) + 1);
            }
            BitSet expected = to == from ? new BitSet() : model.get(0, (int) ((to - 1) / 4096) + 1);
            expected.clear(0, (int) (from / 4096));
            assertThat(found).as("seed %d", seed).isEqualTo(expected);
            if (from == 0 && to == size) {
                assertThat(bitmap.dirtyBytes()).isEqualTo(covered);
            }
        }
    }

    @Test
    void countsDirtyBytesUpToTheEndOfTheDisk() {
        DirtyBitmap bitmap = new DirtyBitmap(10_000);
        bitmap.set(9_999, 1);

        assertThat(bitmap.dirtyBytes()).isEqualTo(10_000 - 8_192);
        assertThat(bitmap.ranges(0, 10_000)).isEqualTo(List.of(new DirtyBitmap.Range(8_192, 1_808)));
    }

    @Test
    void unionHoldsWhatEitherHolds() {
        DirtyBitmap left = new DirtyBitmap(1 << 20);
        DirtyBitmap right = new DirtyBitmap(1 << 20);
        left.set(0, 1);
        right.set(8_192, 4_096);

        left.union(right);

        assertThat(left.ranges(0, 1 << 20))
                .containsExactly(new DirtyBitmap.Range(0, 4_096), new DirtyBitmap.Range(8_192, 4_096));
        assertThatThrownBy(() -> left.union(new DirtyBitmap(1))).isInstanceOf(HoldfastException.class);
    }

    @Test
    void persistedFormHasGoldenBytesAndIsReadBack() {
        DirtyBitmap bitmap = new DirtyBitmap(90_000);
        bitmap.set(4_096, 1);
        bitmap.set(60_000, 30_000);

        byte[] bytes = bitmap.toBytes();

        assertThat(java.util.HexFormat.of().formatHex(bytes))
                .isEqualTo("48464249544d41509c205c05000010000000000000015f904003fc");
        assertThat(DirtyBitmap.fromBytes(bytes).ranges(0, 90_000)).isEqualTo(bitmap.ranges(0, 90_000));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        DirtyBitmap bitmap = new DirtyBitmap(90_000);
        bitmap.set(0, 50_000);
        byte[] bytes = bitmap.toBytes();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> DirtyBitmap.fromBytes(flipped))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED));
        }
    }

    @Test
    void refusesRangesBeyondTheDisk() {
        DirtyBitmap bitmap = new DirtyBitmap(4_096);

        assertThatThrownBy(() -> bitmap.set(4_000, 97)).isInstanceOf(HoldfastException.class);
        assertThatThrownBy(() -> bitmap.set(-1, 1)).isInstanceOf(HoldfastException.class);
        assertThatThrownBy(() -> new DirtyBitmap(0)).isInstanceOf(HoldfastException.class);
    }
}
