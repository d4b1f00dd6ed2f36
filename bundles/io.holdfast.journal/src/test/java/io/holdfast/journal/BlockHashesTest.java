package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockHashesTest {

    private static final int BLOCK = BlockHash.BLOCK_BYTES;

    private final RecoveryStore store =
            RecoveryStore.open(new SimulatedFiles(1), RandomHistoryTest.SMALL, StoreDriver.TIME);
    private final MachineHistory history = store.create(HandMade.MACHINE);
    private final HandMade stream = new HandMade(Codec.LZ4);

    private byte[] entries(int count) {
        store.commit();
        try (BlockHashes hashes = history.openBlockHashes()) {
            return hashes.blocks(0, 0, count);
        }
    }

    private static byte[] expected(long block, byte[] content) {
        byte[] entry = new byte[BlockHash.BYTES];
        new BlockHasher(HandMade.KEYS).entry(0, block, content, 0, content.length, entry, 0);
        return entry;
    }

    private static byte[] entry(byte[] entries, int index) {
        return Arrays.copyOfRange(entries, index * BlockHash.BYTES, (index + 1) * BlockHash.BYTES);
    }

    @Test
    void tellsTheHashOfBlocksWrittenWhole() {
        byte[] data = HandMade.pattern(3 * BLOCK, 1);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 10 * BLOCK + 100))
                .write(0, BLOCK, data)
                .to(history);

        byte[] entries = entries(11);

        assertThat(BlockHash.isZero(entries, 0)).as("never written").isTrue();
        for (int block = 1; block <= 3; block++) {
            byte[] content = Arrays.copyOfRange(data, (block - 1) * BLOCK, block * BLOCK);
            assertThat(entry(entries, block)).isEqualTo(expected(block, content));
        }
    }

    @Test
    void doesNotKnowBlocksWrittenInParts() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 10 * BLOCK))
                .write(0, 0, HandMade.pattern(BLOCK, 1))
                .write(0, 512, HandMade.pattern(512, 2))
                .write(0, BLOCK, HandMade.pattern(2048, 3))
                .write(0, BLOCK + 2048, HandMade.pattern(2048, 4))
                .to(history);

        byte[] entries = entries(3);

        assertThat(BlockHash.isUnknown(entries, 0)).as("written over in part").isTrue();
        assertThat(BlockHash.isUnknown(entries, 1)).as("two halves").isTrue();
        assertThat(BlockHash.isZero(entries, 2)).isTrue();
    }

    @Test
    void knowsTheShortLastBlockOfADisk() {
        byte[] tail = HandMade.pattern(100, 1);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 2 * BLOCK + 100))
                .write(0, 2 * BLOCK, tail)
                .to(history);

        assertThat(entry(entries(3), 2)).isEqualTo(expected(2, tail));
    }

    @Test
    void forgetsTheShortLastBlockWhenTheDiskGrows() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 2 * BLOCK + 100))
                .write(0, 2 * BLOCK, HandMade.pattern(100, 1))
                .disks(HandMade.oneDisk(2, 4 * BLOCK))
                .to(history);

        assertThat(BlockHash.isUnknown(entries(4), 2)).isTrue();
    }

    @Test
    void tellsZeroesFromDiscards() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 10 * BLOCK))
                .write(0, 0, HandMade.pattern(4 * BLOCK, 1))
                .empty(0, 0, BLOCK, ExtentKind.ZERO)
                .empty(0, BLOCK, BLOCK, ExtentKind.DISCARD)
                .empty(0, 2 * BLOCK, BLOCK / 2, ExtentKind.DISCARD)
                .write(0, 3 * BLOCK, new byte[BLOCK])
                .to(history);

        byte[] entries = entries(4);

        assertThat(BlockHash.isZero(entries, 0)).isTrue();
        assertThat(BlockHash.isDiscarded(entries, 1)).isTrue();
        assertThat(BlockHash.isUnknown(entries, 2)).isTrue();
        assertThat(BlockHash.isZero(entries, 3)).as("zeroes that came as data").isTrue();
    }

    @Test
    void bindsHashesToDiskAndBlock() {
        byte[] content = HandMade.pattern(BLOCK, 1);
        byte[] entries = new byte[3 * BlockHash.BYTES];
        BlockHasher hasher = new BlockHasher(HandMade.KEYS);
        hasher.entry(0, 1, content, 0, BLOCK, entries, 0);
        hasher.entry(0, 2, content, 0, BLOCK, entries, 1);
        hasher.entry(1, 1, content, 0, BLOCK, entries, 2);

        assertThat(entry(entries, 0)).isNotEqualTo(entry(entries, 1)).isNotEqualTo(entry(entries, 2));
    }

    @Test
    void summarisesAMebibyteOnlyWhenAllOfItIsKnown() {
        int mebibyte = 1 << 20;
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 4L * mebibyte))
                .write(0, 0, HandMade.pattern(mebibyte, 1))
                .to(history);
        stream.write(0, mebibyte + 100, HandMade.pattern(100, 1))
                .empty(0, 3L * mebibyte, mebibyte, ExtentKind.DISCARD)
                .to(history);
        store.commit();

        try (BlockHashes hashes = history.openBlockHashes()) {
            byte[] summaries = hashes.mebibytes(0, 0, 4);
            byte[] blocks = hashes.blocks(0, 0, 256);
            assertThat(entry(summaries, 0)).isEqualTo(BlockHash.summarise(blocks, 0, 256));
            assertThat(BlockHash.isUnknown(summaries, 1)).isTrue();
            assertThat(BlockHash.isZero(summaries, 2)).isTrue();
            assertThat(BlockHash.isDiscarded(summaries, 3)).isTrue();
        }
    }

    @Test
    void neverTakesAHashForASpecialValue() {
        for (int value : new int[] {0x00, 0xFE, 0xFF}) {
            byte[] entry = new byte[BlockHash.BYTES];
            Arrays.fill(entry, (byte) value);
            BlockHash.keepApart(entry, 0);

            assertThat(BlockHash.isZero(entry, 0) || BlockHash.isDiscarded(entry, 0) || BlockHash.isUnknown(entry, 0))
                    .isFalse();
        }
    }

    /** An entry that is known must be the hash of what the image holds. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void neverTellsAWrongHash(long seed) {
        Random random = new Random(seed);
        StoreDriver driver = new StoreDriver(seed, 3_000_000, 40_000);
        MachineHistory random1 = store.create(driver.machine());
        driver.openEpoch(random1, false);
        for (int step = 0; step < 30; step++) {
            driver.append(random1, 20);
            if (random.nextInt(4) == 0) {
                store.commit();
                store.maintain();
            }
        }
        store.commit();

        int known = 0;
        try (BlockHashes hashes = random1.openBlockHashes()) {
            var image = driver.model().imageAt(driver.model().head());
            for (DiskDescription disk : hashes.disks().disks()) {
                byte[] content = image.getOrDefault(disk.number(), new byte[0]);
                known += checkDisk(hashes, disk, content, driver);
            }
        }
        assertThat(known).as("blocks with a known hash").isPositive();
    }

    private static int checkDisk(BlockHashes hashes, DiskDescription disk, byte[] content, StoreDriver driver) {
        int count = (int) ((disk.sizeBytes() + BLOCK - 1) / BLOCK);
        byte[] entries = hashes.blocks(disk.number(), 0, count);
        BlockHasher hasher = new BlockHasher(driver.keys());
        byte[] own = new byte[BlockHash.BYTES];
        int known = 0;
        for (int block = 0; block < count; block++) {
            int length = Math.min(BLOCK, content.length - block * BLOCK);
            hasher.entry(disk.number(), block, content, block * BLOCK, length, own, 0);
            if (BlockHash.isDiscarded(entries, block)) {
                assertThat(BlockHash.isZero(own, 0)).isTrue();
            } else if (!BlockHash.isUnknown(entries, block)) {
                assertThat(entry(entries, block))
                        .as("block %d of disk %d", block, disk.number())
                        .isEqualTo(own);
                known += BlockHash.isZero(entries, block) ? 0 : 1;
            }
        }
        return known;
    }

    @Test
    void coversAllOfADiskOfTheLargestSize() {
        long size = DiskDescription.SIZE_BYTES_MAX;
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, size))
                .empty(0, 0, size, ExtentKind.DISCARD)
                .write(0, size - BLOCK, HandMade.pattern(BLOCK, 1))
                .to(history);
        store.commit();

        try (BlockHashes hashes = history.openBlockHashes()) {
            long lastBlock = size / BLOCK - 1;
            assertThat(hashes.blocks(0, lastBlock, 1)).isEqualTo(expected(lastBlock, HandMade.pattern(BLOCK, 1)));
            assertThat(BlockHash.isDiscarded(hashes.blocks(0, lastBlock - 1, 1), 0))
                    .isTrue();
        }
    }
}
