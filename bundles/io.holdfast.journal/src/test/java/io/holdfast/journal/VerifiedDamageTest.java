package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.VerifyFinding.Kind;
import io.holdfast.journal.testkit.DistinctWrites;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.Tampering;
import io.holdfast.journal.testkit.TestSigner;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a verification says of a damaged store: where the first bad byte is, what is lost by it, and what is still good. */
class VerifiedDamageTest {

    private static final int WRITE_BYTES = DistinctWrites.WRITE_BYTES;
    private static final int WRITES = DistinctWrites.WRITES;

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final TestSigner signer = new TestSigner(1);

    private SimulatedFiles written() {
        return written(files, signer);
    }

    private static SimulatedFiles written(SimulatedFiles files, TestSigner signer) {
        DistinctWrites.to(files, StoreDriver.TIME, signer).close();
        return files;
    }

    private static String segment(SimulatedFiles store, int number) {
        return store.paths().stream()
                .filter(path -> path.contains("000000000" + number + "."))
                .findFirst()
                .orElseThrow();
    }

    private static void flip(SimulatedFiles store, String path, int at) {
        byte[] content = store.content(path);
        content[at] ^= 1;
        store.replace(path, content);
    }

    @Test
    void namesTheFrameAndTheRangesThatAreLostWithIt() {
        SimulatedFiles store = written();
        String path = segment(store, 2);
        byte[] content = store.content(path);
        int insideOfTheSecondBlock = 4096 + WRITE_BYTES + WRITE_BYTES / 2;
        flip(store, path, insideOfTheSecondBlock);

        VerifyReport report = Tampering.verify(store);

        VerifyFinding first = report.firstDamage().orElseThrow();
        assertThat(first.file()).isEqualTo(path);
        assertThat((long) insideOfTheSecondBlock).isBetween(first.offset(), first.offset() + first.length() - 1);
        assertThat(first.length()).isLessThan(content.length / 2);
        VerifiedMachine machine = report.machines().getFirst();
        LostRange lost = machine.lost().getFirst();
        assertThat(machine.lost()).hasSize(1);
        assertThat(lost.length()).isEqualTo(WRITE_BYTES);
        assertThat(lost.offset()).isEqualTo((lost.sequence() - 3) * WRITE_BYTES);
        assertThat(machine.stretches())
                .containsExactly(
                        new PointStretch(1, 1, lost.sequence() - 1, PointStretch.State.WHOLE),
                        new PointStretch(1, lost.sequence(), 2 + WRITES, PointStretch.State.PARTIAL));
    }

    @Test
    void saysWhatIsStillGoodWhenASegmentIsMissingInTheMiddle() {
        SimulatedFiles store = written();
        long lastOfTheFirst = lastSequenceOfFirstSegment(store);
        store.remove(segment(store, 2));

        VerifyReport report = Tampering.verify(store);

        assertThat(report.firstDamage().orElseThrow().detail()).isEqualTo("segment 2 is missing");
        assertThat(report.machines().getFirst().stretches())
                .containsExactly(
                        new PointStretch(1, 1, lastOfTheFirst, PointStretch.State.WHOLE),
                        new PointStretch(1, lastOfTheFirst + 1, 2 + WRITES, PointStretch.State.UNREADABLE));
        RecoveryStore opened = RecoveryStore.open(store, SmallStore.SETTINGS, StoreDriver.TIME, signer);
        assertThatThrownBy(() -> opened.find(HandMade.MACHINE)).isInstanceOfSatisfying(HoldfastException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
            assertThat(e).hasMessageContaining("segment 2 is missing");
        });
    }

    private static long lastSequenceOfFirstSegment(SimulatedFiles store) {
        SimulatedFiles copy = store.snapshot();
        copy.remove(segment(copy, 3));
        copy.remove(segment(copy, 2));
        return Tampering.verify(copy)
                .machines()
                .getFirst()
                .stretches()
                .getFirst()
                .last();
    }

    @Test
    void acceptsACutOfTheNewestSegmentOnlyBehindWhatWasAcknowledged() {
        SimulatedFiles store = written();
        String newest = store.paths().stream()
                .filter(path -> path.endsWith(".open"))
                .findFirst()
                .orElseThrow();
        byte[] content = store.content(newest);
        byte[] longer = Arrays.copyOf(content, content.length + 5_000);
        Arrays.fill(longer, content.length, longer.length, (byte) 7);
        for (int length = 0; length <= longer.length; length += length < content.length - 40 ? 331 : 17) {
            SimulatedFiles cut = store.snapshot();
            cut.replace(newest, Arrays.copyOf(longer, length));

            VerifyReport report = Tampering.verify(cut);

            assertThat(report.intact())
                    .as("cut to %d of %d", length, content.length)
                    .isEqualTo(length >= content.length);
            if (length > content.length) {
                assertThat(report.findings())
                        .containsExactly(new VerifyFinding(
                                Kind.UNACKNOWLEDGED_TAIL,
                                newest,
                                content.length,
                                length - content.length,
                                "was never acknowledged; the next opening cuts it"));
            }
        }
    }

    @Test
    void findsAnIndexThatWasTouchedOnlyByItsPage() {
        SimulatedFiles store = written();
        String path = segment(store, 1);
        int length = store.content(path).length;
        flip(store, path, length - 3);

        VerifyReport report = Tampering.verify(store);

        assertThat(report.firstDamage().orElseThrow())
                .satisfies(found -> assertThat(found.file()).isEqualTo(path))
                .satisfies(found -> assertThat(found.offset()).isGreaterThan(length - 40));
        assertThat(report.machines().getFirst().stretches())
                .as("blocks are good, so is every point")
                .containsExactly(new PointStretch(1, 1, 2 + WRITES, PointStretch.State.WHOLE));
    }

    @Test
    void namesALedgerThatIsMissingOrWasCut() {
        SimulatedFiles store = written();
        String path = store.paths().stream()
                .filter(name -> name.endsWith("/ledger"))
                .findFirst()
                .orElseThrow();
        SimulatedFiles cut = store.snapshot();
        cut.replace(path, Arrays.copyOf(cut.content(path), 2 * 4096));
        SimulatedFiles removed = store.snapshot();
        removed.remove(path);

        assertThat(Tampering.verify(cut).firstDamage().orElseThrow().detail())
                .isEqualTo("is sealed and has no entry in the ledger");
        assertThat(Tampering.verify(removed).firstDamage().orElseThrow().file()).isEqualTo(path);

        for (SimulatedFiles damaged : List.of(cut, removed)) {
            RecoveryStore opened = RecoveryStore.open(damaged, SmallStore.SETTINGS, StoreDriver.TIME, signer);
            assertThat(opened.damages()).extracting(Damage::file).containsExactly(path);
        }
    }

    @Test
    void namesALedgerThatSomebodyElseSigned() {
        SimulatedFiles store = written();
        SimulatedFiles foreign = written(new SimulatedFiles(1), new TestSigner(2));
        String path = store.paths().stream()
                .filter(name -> name.endsWith("/ledger"))
                .findFirst()
                .orElseThrow();
        byte[] ours = store.content(path);
        byte[] theirs = foreign.content(path);
        byte[] mixed = ours.clone();
        System.arraycopy(theirs, 4096, mixed, 4096, ours.length - 4096);
        store.replace(path, mixed);

        assertThat(Tampering.verify(store).firstDamage().orElseThrow())
                .satisfies(found -> assertThat(found.file()).isEqualTo(path))
                .satisfies(found -> assertThat(found.offset()).isEqualTo(4096));
    }

    @Test
    void refusesAStoreThatIsOpenAndOneThatIsNotThere() {
        RecoveryStore.open(files, SmallStore.SETTINGS, StoreDriver.TIME);
        assertThatThrownBy(() -> Tampering.verify(withLockFile(files)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_IN_USE));
        assertThatThrownBy(() -> Tampering.verify(new SimulatedFiles(9)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    /** Real locks are files. */
    private static SimulatedFiles withLockFile(SimulatedFiles store) {
        store.replace("lock", new byte[0]);
        return store;
    }

    @Test
    void namesAHalfCopiedStore() {
        SmallStore store = new SmallStore(3).grow(4);
        byte[] checkpoint = store.files().content("checkpoint");
        store.reopen();
        store.grow(4).reopen();
        store.grow(4).reopen();
        SimulatedFiles copied = store.closed();
        copied.replace("checkpoint", checkpoint);

        assertThat(Tampering.verify(copied).findings())
                .anySatisfy(found -> assertThat(found.detail()).contains("copied while it was in use"));
        assertThatThrownBy(() -> RecoveryStore.open(copied, SmallStore.SETTINGS, StoreDriver.TIME))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_COPIED));
    }
}
