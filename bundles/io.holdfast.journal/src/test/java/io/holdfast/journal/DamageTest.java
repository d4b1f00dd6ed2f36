package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Single bits flip in files at rest. What a store then says is right, or an error: never other bytes, never a silent loss. */
class DamageTest {

    private static final int DISK_BYTES = 200_000;

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final HandMade stream = new HandMade(Codec.LZ4);
    private final byte[] disk = new byte[DISK_BYTES];
    private Position head = Position.ORIGIN;

    private static RecoveryStore open(SimulatedFiles files) {
        return RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
    }

    /** Two sealed segments or more, one open one, and some batches in the log alone. */
    private void fill() {
        RecoveryStore store = open(files);
        MachineHistory history = store.create(HandMade.MACHINE);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, DISK_BYTES))
                .ready()
                .to(history);
        Random random = new Random(4);
        for (int batch = 0; batch < 16; batch++) {
            byte[] data = new byte[batch < 13 ? 25_000 : 300];
            random.nextBytes(data);
            int offset = random.nextInt(DISK_BYTES - data.length);
            System.arraycopy(data, 0, disk, offset, data.length);
            stream.write(0, offset, data).proof().to(history);
            store.commit();
            while (batch == 11 && store.maintain()) {
                // until what is full is sealed
            }
        }
        head = history.head().position();
        assertThat(files.paths()).anyMatch(path -> path.endsWith(".seg")).anyMatch(path -> path.endsWith(".open"));
    }

    @Test
    void neverReadsOtherBytesAndNeverLosesSilently() {
        fill();
        SimulatedFiles killed = files.afterKill();
        Random random = new Random(17);
        int noticed = 0;
        for (String path : killed.paths()) {
            byte[] content = killed.content(path);
            int end = path.equals("intake") ? Math.min(content.length, 64 << 10) : content.length;
            for (int flip = 0; flip < 250 && end > 0; flip++) {
                SimulatedFiles damaged = killed.snapshot();
                byte[] bytes = content.clone();
                bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
                damaged.replace(path, bytes);
                noticed += check(damaged, path + " flip " + flip) ? 1 : 0;
            }
        }
        assertThat(noticed).as("flips that were noticed").isGreaterThan(300);
    }

    /** Returns whether the flip was noticed; fails when something wrong was said. */
    private boolean check(SimulatedFiles damaged, String what) {
        RecoveryStore store;
        MachineHistory history;
        try {
            store = open(damaged);
            history = store.find(HandMade.MACHINE).orElse(null);
        } catch (HoldfastException e) {
            assertThat(e.code())
                    .as(what)
                    .isIn(ErrorCode.STORE_DAMAGED, ErrorCode.DATA_FOLDER_NEWER, ErrorCode.DATA_FOLDER_COPIED);
            return true;
        }
        assertThat(history).as(what).isNotNull();
        if (history == null) {
            return true;
        }
        if (!history.head().position().equals(head)) {
            assertThat(store.damages()).as(what + ": the head went back").isNotEmpty();
            return true;
        }
        try (PointImage image = history.openPoint(head, HandMade.KEYS)) {
            ByteBuffer found = ByteBuffer.allocate(DISK_BYTES);
            image.read(0, 0, found);
            assertThat(Arrays.mismatch(found.array(), disk))
                    .as(what + ": first wrong byte")
                    .isEqualTo(-1);
        } catch (HoldfastException e) {
            assertThat(e.code()).as(what).isEqualTo(ErrorCode.STORE_DAMAGED);
            return true;
        }
        return !store.damages().isEmpty();
    }

    @Test
    void noticesEveryFlippedBitWhenASegmentIsSealed() {
        RecoveryStore store = open(files);
        MachineHistory history = store.create(HandMade.MACHINE);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, DISK_BYTES))
                .ready()
                .to(history);
        byte[] data = new byte[30_000];
        for (int batch = 0; batch < 6; batch++) {
            new Random(batch).nextBytes(data);
            stream.write(0, batch * 4096, data).to(history);
            store.commit();
        }
        store.close();
        String path = files.paths().stream()
                .filter(name -> name.endsWith("1.open"))
                .findFirst()
                .orElseThrow();
        byte[] content = files.content(path);
        Random random = new Random(3);
        for (int flip = 0; flip < 400; flip++) {
            SimulatedFiles damaged = files.snapshot();
            RecoveryStore opened = open(damaged);
            byte[] bytes = content.clone();
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            damaged.overwrite(path, bytes);
            assertThatThrownBy(() -> {
                        while (opened.maintain()) {
                            // until the segment is read back
                        }
                    })
                    .as("flip at %d", at)
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED));
            assertThat(opened.damages())
                    .singleElement()
                    .satisfies(damage -> assertThat(damage.file()).isEqualTo(path));
            while (opened.maintain()) {
                // nothing of it is tried again
            }
            assertThat(opened.damages()).hasSize(1);
        }
    }

    @Test
    void keepsDamagedBytesAsideAndGoesOn() {
        fill();
        SimulatedFiles damaged = files.afterKill();
        String path = damaged.paths().stream()
                .filter(name -> name.endsWith(".open"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = damaged.content(path);
        int headerOfABlock = 4096 + 300;
        bytes[headerOfABlock] ^= 4;
        damaged.replace(path, bytes);

        RecoveryStore store = open(damaged);
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        assertThat(store.damages()).isNotEmpty();
        assertThat(history.head().position().sequence()).isLessThan(head.sequence());
        assertThat(history.statistics().quarantinedBytes()).isPositive();
        assertThat(damaged.paths()).anyMatch(name -> name.startsWith("quarantine/"));

        long epochSeen = head.epoch();
        Position back = history.head().position();
        stream.after(history.openEpoch(
                new EpochRequest(back, back, io.holdfast.base.stream.EpochCause.GAP, "source", epochSeen)));
        stream.gap().write(0, 0, disk).ready().proof().to(history);
        store.commit();
        store.close();
        RecoveryStore again = open(damaged);
        MachineHistory repaired = again.find(HandMade.MACHINE).orElseThrow();
        assertThat(again.damages()).isEmpty();
        try (PointImage image = repaired.openPoint(repaired.head().position(), HandMade.KEYS)) {
            ByteBuffer found = ByteBuffer.allocate(DISK_BYTES);
            image.read(0, 0, found);
            assertThat(Arrays.mismatch(found.array(), disk)).isEqualTo(-1);
        }
    }

    @Test
    void acceptsATruncatedLogOnlyBehindTheCommitSlot() {
        fill();
        SimulatedFiles killed = files.afterKill();
        byte[] log = killed.content("intake");
        int groups = 0;
        for (int at = 8192; at < log.length; at += 4096) {
            if (log[at + 4] == 'H' && log[at + 5] == 'F' && log[at + 6] == 'G') {
                groups++;
                SimulatedFiles damaged = killed.snapshot();
                byte[] cut = log.clone();
                Arrays.fill(cut, at, cut.length, (byte) 0);
                damaged.replace("intake", cut);

                assertThat(check(damaged, "log zeroed from " + at)).isTrue();
            }
        }
        assertThat(groups).isGreaterThan(3);
    }
}
