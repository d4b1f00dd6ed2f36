package io.holdfast.base.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NhAesHashTest {

    private static final byte[] KEY = filled(NhAesHash.KEY_BYTES, 0x22);

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] pattern(int length, int seed) {
        byte[] data = new byte[length];
        for (int index = 0; index < length; index++) {
            data[index] = (byte) (1 + (index * 31 + seed * 17 + (index >> 5) * 7) % 200);
        }
        return data;
    }

    private static String hash(byte[] key, int disk, long block, int start, byte[] data) {
        byte[] target = new byte[NhAesHash.BYTES];
        new NhAesHash(key).hash(disk, block, start, data, 0, data.length, target, 0);
        return HexFormat.of().formatHex(target);
    }

    /** Computed by a program of its own, in another language, from the definition. */
    @Test
    void agreesWithTheDefinition() {
        assertThat(hash(KEY, 0, 0, 0, pattern(4096, 1))).isEqualTo("ce723984366263926674a0b1");
        assertThat(hash(KEY, 3, (1L << 33) + 5, 512, pattern(1000, 2))).isEqualTo("51b9e49a7553c932cc8b4fa2");
        assertThat(hash(KEY, 0, 7, 4095, pattern(1, 3))).isEqualTo("e65453a48c31818089fc13c7");
        assertThat(hash(KEY, 1, 9, 0, filled(4096, 0xFF))).isEqualTo("1181d57fe5c1395b8288e441");
        assertThat(hash(KEY, 0, 0, 0, new byte[13])).isEqualTo("12cf7a84a6840a584625f47c");
    }

    @Test
    void dependsOnKeyPlaceAndLength() {
        Set<String> all = new HashSet<>();
        all.add(hash(KEY, 0, 1, 0, new byte[100]));
        all.add(hash(filled(NhAesHash.KEY_BYTES, 0x23), 0, 1, 0, new byte[100]));
        all.add(hash(KEY, 1, 1, 0, new byte[100]));
        all.add(hash(KEY, 0, 2, 0, new byte[100]));
        all.add(hash(KEY, 0, 1, 1, new byte[100]));
        all.add(hash(KEY, 0, 1, 0, new byte[101]));
        all.add(hash(KEY, 0, 1, 0, new byte[104]));

        assertThat(all).hasSize(7);
    }

    /** Every bit counts, wherever it lies within words, vectors and the odd end. */
    @ParameterizedTest
    @CsvSource({"4096,8", "4096,1", "1037,3", "64,2", "7,5"})
    void changesWithEveryBit(int length, int offset) {
        byte[] data = new byte[offset + length + 9];
        new Random(length).nextBytes(data);
        NhAesHash hasher = new NhAesHash(KEY);
        Set<String> seen = new HashSet<>();
        byte[] target = new byte[NhAesHash.BYTES];
        for (int bit = 0; bit < 8 * length; bit++) {
            data[offset + bit / 8] ^= (byte) (1 << bit % 8);
            hasher.hash(0, 0, 0, data, offset, length, target, 0);
            data[offset + bit / 8] ^= (byte) (1 << bit % 8);
            seen.add(HexFormat.of().formatHex(target));
        }
        data[0]++;
        data[offset + length]++;
        hasher.hash(0, 0, 0, data, offset, length, target, 0);
        seen.add(HexFormat.of().formatHex(target));

        assertThat(seen).as("all flips, and what lies around does not count").hasSize(8 * length + 1);
    }

    @Test
    void refusesWhatHasAnotherLength() {
        NhAesHash hasher = new NhAesHash(KEY);
        byte[] target = new byte[NhAesHash.BYTES];

        assertThatThrownBy(() -> new NhAesHash(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hasher.hash(0, 0, 0, new byte[5000], 0, 4097, target, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hasher.hash(0, 0, 0, new byte[10], 8, 3, target, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
