package io.holdfast.mobility.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashFormsTest {

    private static final BlockHashKey KEY = key(BlockHashAlgorithm.NH_AES, 0);

    @Test
    void anEntryIsBoundToKeyDiskBlockAndContent() {
        ByteBuffer content = content(4096, 1);
        byte[] entry = entry(KEY, 3, 77, content);

        assertThat(entry(KEY, 3, 77, content(4096, 1))).isEqualTo(entry);
        assertThat(entry(KEY, 4, 77, content)).isNotEqualTo(entry);
        assertThat(entry(KEY, 3, 78, content)).isNotEqualTo(entry);
        assertThat(entry(KEY, 3, 77, content(4096, 2))).isNotEqualTo(entry);
        assertThat(entry(key(BlockHashAlgorithm.NH_AES, 1), 3, 77, content)).isNotEqualTo(entry);
        assertThat(entry(key(BlockHashAlgorithm.HMAC_SHA256, 0), 3, 77, content))
                .isNotEqualTo(entry);
    }

    /** The bytes that the recovery store computes for the same block. */
    @Test
    void entriesHaveGoldenBytes() {
        ByteBuffer counting = ByteBuffer.allocate(4096);
        for (int i = 0; i < 4096; i++) {
            counting.put((byte) i);
        }
        BlockHashKey key = key(BlockHashAlgorithm.HMAC_SHA256, 0x11);

        assertThat(HexFormat.of().formatHex(entry(key, 2, 0x1_0000_0001L, counting.flip())))
                .isEqualTo("74a99adf395631035afa673c");
        assertThat(HexFormat.of().formatHex(entry(key, 2, 5, counting.slice(0, 100))))
                .isEqualTo("2aa9ad9699524cfe7a976d45");
    }

    /** Of the example in the definition of the format. */
    @Test
    void entriesOfTheFastHashHaveGoldenBytes() {
        ByteBuffer content = ByteBuffer.allocate(4096);
        for (int i = 0; i < 4096; i++) {
            content.put((byte) (1 + (i * 31 + 17 + (i >> 5) * 7) % 200));
        }

        byte[] entry = entry(key(BlockHashAlgorithm.NH_AES, 0x22), 0, 0, content.flip());

        assertThat(HexFormat.of().formatHex(entry)).isEqualTo("ce723984366263926674a0b1");
    }

    @Test
    void zeroBlocksHaveNoHash() {
        assertThat(entry(KEY, 0, 0, ByteBuffer.allocate(4096))).isEqualTo(new byte[12]);
        assertThat(entry(KEY, 0, 9, ByteBuffer.allocate(17))).isEqualTo(new byte[12]);
    }

    @Test
    void aHashThatLooksLikeASpecialValueIsChanged() {
        for (int value : new int[] {0x00, 0xFE, 0xFF}) {
            byte[] entry = filled(value);
            HashForms.keepApart(entry);
            assertThat(entry).isNotEqualTo(filled(value));
        }
        byte[] other = filled(0x01);
        HashForms.keepApart(other);
        assertThat(other).isEqualTo(filled(0x01));
    }

    @Test
    void discardedMatchesOnlyZeroesAndUnknownMatchesNothing() {
        ByteBuffer zero = ByteBuffer.wrap(filled(0x00));
        ByteBuffer data = ByteBuffer.wrap(filled(0x42));
        ByteBuffer discarded = ByteBuffer.wrap(filled(0xFE));
        ByteBuffer unknown = ByteBuffer.wrap(filled(0xFF));

        assertThat(HashForms.isSame(zero, 0, zero, 0)).isTrue();
        assertThat(HashForms.isSame(data, 0, data, 0)).isTrue();
        assertThat(HashForms.isSame(zero, 0, data, 0)).isFalse();
        assertThat(HashForms.isSame(discarded, 0, zero, 0)).isTrue();
        assertThat(HashForms.isSame(discarded, 0, data, 0)).isFalse();
        assertThat(HashForms.isSame(unknown, 0, zero, 0)).isFalse();
        assertThat(HashForms.isSame(unknown, 0, unknown, 0)).isFalse();
    }

    @Test
    void summarisesZeroesAsZeroAndEverythingElseBySha256() {
        assertThat(HashForms.summarise(ByteBuffer.allocate(24))).isEqualTo(ByteBuffer.allocate(12));
        byte[] entries = new byte[24];
        entries[13] = 1;

        assertThat(HexFormat.of()
                        .formatHex(HashForms.summarise(ByteBuffer.wrap(entries)).array()))
                .isEqualTo("25a85546da2ab155a15306ed");
    }

    private static byte[] filled(int value) {
        byte[] entry = new byte[HashForms.BYTES];
        Arrays.fill(entry, (byte) value);
        return entry;
    }

    private static ByteBuffer content(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static BlockHashKey key(BlockHashAlgorithm algorithm, int value) {
        byte[] bytes = new byte[BlockHashKey.BYTES];
        Arrays.fill(bytes, (byte) value);
        return new BlockHashKey(algorithm, bytes);
    }

    private static byte[] entry(BlockHashKey key, int disk, long block, ByteBuffer content) {
        ByteBuffer target = ByteBuffer.allocate(HashForms.BYTES);
        new BlockHasher(key).entry(disk, block, content, target);
        return target.array();
    }
}
