package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.testkit.CrashChoice;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.ThinnedStore;
import io.holdfast.journal.testkit.ThinnedStore.Content;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Old history is coded anew: every point reads as before, with less room, and only where the store has the keys. */
class ColdTierTest {

    private static final ResidentKeys RESIDENT = _ -> Optional.of(HandMade.KEYS);

    private final ThinnedStore store = new ThinnedStore(1, Content.TEXT, RESIDENT).overwrite(4);
    private final TreeMap<Long, byte[]> images = new TreeMap<>();

    private void remember(int each) {
        for (long sequence = 5; sequence <= store.sequence(); sequence += each) {
            images.put(sequence, store.read(sequence));
        }
    }

    private void readsTheSame() {
        images.forEach((sequence, disk) ->
                assertThat(store.read(sequence)).as("point " + sequence).isEqualTo(disk));
    }

    private long generations() {
        return store.files().paths().stream()
                .filter(path -> path.matches(".*\\.[1-9][0-9]*\\.seg"))
                .count();
    }

    @Test
    void everyPointReadsTheSameFromLessRoom() {
        remember(17);
        long before = store.history().statistics().ciphertextBytes();

        store.codeAfterAnHour().pass(3);

        assertThat(store.history().statistics().ciphertextBytes()).isLessThan(before * 3 / 4);
        readsTheSame();
        store.reopen();
        readsTheSame();
        assertThat(store.store().damages()).isEmpty();
    }

    @Test
    void isVerifiedWithAndWithoutKeysAndAgainstAnAnchorFromBefore() {
        Anchor before = store.store().anchor(Optional.empty());
        store.codeAfterAnHour().pass(3);
        store.close();

        assertThat(store.verify(store.files(), before).firstDamage()).isEmpty();
        VerifyReport report = store.verify(store.files(), Optional.of(HandMade.KEYS), before);
        assertThat(report.firstDamage()).isEmpty();
        assertThat(report.machines().getFirst().contentBlocks()).isGreaterThan(25);
    }

    @Test
    void everyFlippedBitIsFound() {
        store.codeAfterAnHour().pass(3);
        store.close();
        List<String> coded = store.files().paths().stream()
                .filter(path -> path.endsWith(".1.seg"))
                .toList();
        Random random = new Random(3);
        for (int flip = 0; flip < 60; flip++) {
            String path = coded.get(random.nextInt(coded.size()));
            SimulatedFiles altered = store.files().snapshot();
            byte[] content = altered.content(path);
            content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
            altered.replace(path, content);

            assertThat(store.verify(altered).firstDamage()).isPresent();
        }
    }

    @Test
    void bytesThatNoPointNeedsAreGivenBackInsideAFrame() {
        ThinnedStore blind = new ThinnedStore(1, Content.TEXT, ResidentKeys.NONE).overwrite(4);
        for (ThinnedStore each : List.of(store, blind)) {
            for (long sequence = 40; sequence < each.sequence(); sequence += 80) {
                each.history().pin(new Position(1, sequence), "kept");
            }
            each.codeAfterAnHour().keepAnHour();
        }
        for (long sequence = 40; sequence < store.sequence(); sequence += 80) {
            images.put(sequence, store.read(sequence));
        }

        store.pass(8);
        blind.pass(8);

        assertThat(store.history().statistics().ciphertextBytes())
                .isLessThan(blind.history().statistics().ciphertextBytes() * 3 / 4);
        readsTheSame();
    }

    @Test
    void whatIsRetiredLaterIsGivenBackTooWithTheKeysAndKeptWithout() {
        store.codeAfterAnHour().pass(3);
        SimulatedFiles blind = store.files().snapshot();
        long coded = store.history().statistics().ciphertextBytes();
        images.put(store.sequence(), store.read(store.sequence()));

        store.keepAnHour().pass(8);

        assertThat(store.history().statistics().ciphertextBytes()).isLessThan(coded * 2 / 3);
        readsTheSame();
        RecoveryStore other = RecoveryStore.open(blind, SmallStore.SETTINGS, StoreDriver.TIME);
        MachineHistory history = other.find(HandMade.MACHINE).orElseThrow();
        history.setRetention(new RetentionPolicy(0, 0, 0, 0, 0, 0, 0));
        while (other.maintain()) {
            // until nothing is left to do without keys
        }
        other.close();
        assertThat(store.verify(blind, Optional.of(HandMade.KEYS)).firstDamage())
                .isEmpty();
    }

    @Test
    void nothingIsCodedWithoutKeysOrAWindowOrBeforeItsAge() {
        ThinnedStore blind = new ThinnedStore(1, Content.TEXT, ResidentKeys.NONE).overwrite(4);
        blind.codeAfterAnHour().pass(3);
        store.history().setRetention(RetentionPolicy.EVERYTHING.withCold(new ColdTier(RetentionPolicy.HOUR_MILLIS, 0)));
        store.pass(3);
        store.history()
                .setRetention(RetentionPolicy.EVERYTHING.withCold(new ColdTier(9 * RetentionPolicy.HOUR_MILLIS, 60)));
        store.pass(3);

        assertThat(generations()).isZero();
        assertThat(store.history().space().coldWaitingBytes()).isZero();
        assertThat(blind.history().space().coldWaitingBytes()).isGreaterThan(2L * ThinnedStore.DISK_BYTES);
        assertThat(blind.history().space().coldForecastMillis()).isBetween(50L, 200L);
        assertThat(blind.files().paths()).noneMatch(path -> path.endsWith(".1.seg"));
        store.pass(5);
        assertThat(generations()).isPositive();
    }

    @Test
    void aLockThatTheLedgerRemembersLeavesTheColdTierAsItIs() {
        ColdTier tier = new ColdTier(RetentionPolicy.DAY_MILLIS, 60);
        RetentionState state = RetentionState.START.with(RetentionPolicy.EVERYTHING.withCold(tier));

        assertThat(state.lockedFor(RetentionPolicy.HOUR_MILLIS).policy().cold()).isEqualTo(tier);
    }

    @Test
    void anImageThatIsOpenReadsTheSameWhileItsSegmentsAreCoded() {
        byte[] before = store.read(50);
        byte[] found = new byte[ThinnedStore.DISK_BYTES];
        try (PointImage image = store.history().openPoint(new Position(1, 50), HandMade.KEYS)) {
            store.codeAfterAnHour().pass(3);
            image.read(0, 0, ByteBuffer.wrap(found));
        }

        assertThat(found).isEqualTo(before);
    }

    @Test
    void aCopyReadsTheSame() {
        remember(29);
        store.codeAfterAnHour().pass(3);
        SimulatedFiles other = new SimulatedFiles(2);
        try (RecoveryStore target = RecoveryStore.open(other, SmallStore.SETTINGS, StoreDriver.TIME)) {
            TransferTest.run(store.store().transfer(HandMade.MACHINE, TransferTest.order(target, TransferKind.MOVE)));
        }
        store.close();

        store.open(other);

        readsTheSame();
        assertThat(store.verify(other.snapshot(), Optional.of(HandMade.KEYS)).firstDamage())
                .isEmpty();
    }

    @Test
    void codingThatIsCutShortAnywhereLeavesAStoreThatVerifies() {
        SimulatedFiles files = store.files();
        List<SimulatedFiles> outcomes = new ArrayList<>();
        store.codeAfterAnHour();
        files.beforeEach(() -> {
            if (files.operations() % 9 == 0) {
                outcomes.add(files.outcome(new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN)));
                outcomes.add(files.outcome(new CrashChoice(Set.copyOf(files.unforced()), CrashChoice.NOTHING_TORN)));
            }
        });

        store.pass(3);

        assertThat(outcomes).hasSizeGreaterThan(10);
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(store.verify(outcome, Optional.of(HandMade.KEYS))
                                .firstDamage())
                        .isEmpty());
    }
}
