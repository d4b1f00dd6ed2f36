package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PointsTest {

    private static final long START = HandMade.FIRST_UTC_MILLIS;

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
    private final MachineHistory history = store.create(HandMade.MACHINE);
    private final HandMade stream = new HandMade(Codec.LZ4);

    /** Where the blocks lie when points are asked for. */
    private enum Lies {
        IN_THE_LOG,
        IN_AN_OPEN_SEGMENT,
        IN_SEALED_SEGMENTS
    }

    private void settle(Lies lies) {
        store.commit();
        switch (lies) {
            case IN_THE_LOG -> {}
            case IN_AN_OPEN_SEGMENT -> history.openBlockHashes().close();
            case IN_SEALED_SEGMENTS -> {
                stream.write(0, 0, incompressible(200_000)).to(history);
                store.commit();
                while (store.maintain()) {
                    // until the full segment is sealed
                }
                assertThat(files.paths()).anyMatch(path -> path.endsWith(".seg"));
            }
        }
    }

    private static byte[] incompressible(int length) {
        byte[] data = new byte[length];
        new java.util.Random(5).nextBytes(data);
        return data;
    }

    /** Sequences: 1 disks, 2 and 3 writes, 4 ready, 5 and 6 writes, 7 gap, 8 write, 9 ready, 10 marker, 11 write. */
    private void twoStretches() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .write(0, 0, HandMade.pattern(512, 1))
                .write(0, 512, HandMade.pattern(512, 2))
                .proof()
                .ready()
                .to(history);
        stream.write(0, 0, HandMade.pattern(512, 3))
                .proof()
                .write(0, 0, HandMade.pattern(512, 4))
                .proof()
                .to(history);
        stream.gap()
                .write(0, 0, HandMade.pattern(512, 5))
                .proof()
                .ready()
                .marker("noon")
                .proof()
                .to(history);
        stream.write(0, 0, HandMade.pattern(512, 6)).to(history);
    }

    @ParameterizedTest
    @EnumSource(Lies.class)
    void listsStretchesThatAreProvenSinceTheyWereReady(Lies lies) {
        twoStretches();
        settle(lies);

        assertThat(history.points().intervals(0, Long.MAX_VALUE, 10))
                .containsExactly(
                        new PointInterval(new Position(1, 4), new Position(1, 6), START + 3_000, START + 5_000),
                        new PointInterval(new Position(1, 9), new Position(1, 10), START + 8_000, START + 9_000));
        assertThat(history.points().intervals(START + 6_000, START + 7_000, 10)).isEmpty();
        assertThat(history.points().intervals(0, Long.MAX_VALUE, 1))
                .extracting(PointInterval::first)
                .containsExactly(new Position(1, 9));
    }

    @ParameterizedTest
    @EnumSource(Lies.class)
    void listsOnePointForEachProof(Lies lies) {
        twoStretches();
        settle(lies);

        assertThat(history.points().list(0, Long.MAX_VALUE, 10))
                .extracting(point -> point.position().sequence())
                .containsExactly(5L, 6L, 10L);
        assertThat(history.points().list(0, START + 5_000, 1))
                .extracting(point -> point.position().sequence())
                .containsExactly(6L);
    }

    @ParameterizedTest
    @EnumSource(Lies.class)
    void listsMarkersWithTheirLabels(Lies lies) {
        twoStretches();
        settle(lies);

        assertThat(history.points().markers(0, Long.MAX_VALUE, 10))
                .containsExactly(new RecoveryPoint(
                        new Position(1, 10), START + 9_000, true, MarkerKind.APPLICATION_CONSISTENT, "noon"));
    }

    @ParameterizedTest
    @EnumSource(Lies.class)
    void findsTheNewestPointAtATimeOrBefore(Lies lies) {
        twoStretches();
        settle(lies);

        Points points = history.points();
        assertThat(points.atOrBefore(START + 4_999).position().sequence()).isEqualTo(5);
        assertThat(points.atOrBefore(START + 5_000).position().sequence()).isEqualTo(6);
        assertThat(points.atOrBefore(START + 7_999).position().sequence()).isEqualTo(6);
        assertThat(points.atOrBefore(Long.MAX_VALUE).position().sequence()).isEqualTo(10);
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> points.atOrBefore(START + 2_999));
    }

    @Test
    void tellsTheLatestProvenFromTheLatest() {
        twoStretches();
        store.commit();

        assertThat(history.points().latestProven()).map(RecoveryPoint::position).hasValue(new Position(1, 10));
        assertThat(history.points().latest())
                .hasValue(
                        new RecoveryPoint(new Position(1, 11), START + 10_000, false, MarkerKind.CRASH_CONSISTENT, ""));
        assertThat(history.head().provenSequence()).isEqualTo(10);
    }

    @Test
    void hasNoPointBeforeTheFirstProof() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 4096))
                .ready()
                .to(history);
        store.commit();

        assertThat(history.points().latestProven()).isEmpty();
        assertThat(history.points().intervals(0, Long.MAX_VALUE, 10)).isEmpty();
        refuses(ErrorCode.POINT_NOT_FOUND, () -> history.points().atOrBefore(Long.MAX_VALUE));
    }

    @Test
    void doesNotListWhatIsNotDurable() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 4096))
                .ready()
                .proof()
                .to(history);

        assertThat(history.points().latest()).isEmpty();
        refuses(ErrorCode.POINT_NOT_FOUND, () -> history.points().at(1));
    }

    @Test
    void refusesToOpenAnUnprovenPointUnlessAskedTo() {
        twoStretches();
        store.commit();

        refuses(
                ErrorCode.POINT_NOT_FOUND,
                () -> history.openPoint(new Position(1, 11), HandMade.KEYS).close());
        refuses(
                ErrorCode.POINT_NOT_FOUND,
                () -> history.openPoint(new Position(1, 12), HandMade.KEYS).close());
        refuses(
                ErrorCode.POINT_NOT_FOUND,
                () -> history.openPoint(new Position(2, 5), HandMade.KEYS).close());
        history.openUnproven(new Position(1, 11), HandMade.KEYS).close();
        history.openPoint(new Position(1, 10), HandMade.KEYS).close();
    }

    @Test
    void refusesForeignKeysBeforeAnythingIsRead() {
        twoStretches();
        store.commit();
        MachineKeys foreign = MachineKeys.of(new byte[32], new byte[32]);

        refuses(
                ErrorCode.KEY_MISSING,
                () -> history.openPoint(new Position(1, 10), foreign).close());
    }

    @Test
    void keepsBothBranchesAfterAFailover() {
        twoStretches();
        store.commit();
        stream.epoch(history, new Position(1, 5))
                .write(0, 0, HandMade.pattern(512, 9))
                .proof()
                .to(history);
        store.commit();

        Points points = history.points();
        assertThat(points.latestProven()).map(RecoveryPoint::position).hasValue(new Position(2, 12));
        assertThat(points.atOrBefore(START + 9_000).position())
                .as("the new branch lies upon 5, so 6 to 10 are not below it")
                .isEqualTo(new Position(1, 5));
        assertThat(points.at(10).proven()).as("the old branch stays").isTrue();
        assertThat(points.intervals(0, Long.MAX_VALUE, 10))
                .extracting(interval -> interval.first() + "-" + interval.last())
                .containsExactly("1:4-1:6", "1:9-1:10", "2:12-2:12");
    }

    @Test
    void takesAProofOfNothingSinceRightAfterABranch() {
        twoStretches();
        store.commit();
        stream.epoch(history, new Position(1, 5)).proof(11).to(history);
        store.commit();

        assertThat(history.head().provenSequence()).isEqualTo(5);
        assertThat(history.points().latestProven()).map(RecoveryPoint::position).hasValue(new Position(1, 5));
    }

    @Test
    void letsANewEpochsClockGoBack() {
        twoStretches();
        store.commit();
        stream.epoch(history, history.head().position())
                .clock(START - 3_600_000)
                .write(0, 0, HandMade.pattern(512, 9));
        stream.ready().proof().to(history);
        store.commit();

        assertThat(history.points().at(12).utcMillis()).isEqualTo(START - 3_599_000);
        assertThat(history.points().atOrBefore(START).position())
                .as("time is a label")
                .isEqualTo(new Position(2, 13));
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
