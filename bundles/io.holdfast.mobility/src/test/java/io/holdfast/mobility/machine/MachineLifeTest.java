package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.MarkerKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Single turns of fate in the simulated world, with what exactly they cost. */
class MachineLifeTest {

    private static final long SECOND = 1_000_000_000L;

    private final MachineSimulation simulation = new MachineSimulation(7);

    @Test
    void afterACrashOfTheAgentOnlyTheDeltaIsSent() {
        simulation.settle();
        simulation.crashAgent();
        writeUnseen(40);
        long differing = simulation.differingBlocks();
        long before = simulation.store.copyBytes;

        simulation.settle();

        simulation.expectIdentical();
        assertThat(differing).isPositive();
        assertThat(simulation.store.copyBytes - before).isLessThanOrEqualTo(differing * 4096);
        assertThat(simulation.remembered().bitmaps()).isNotEmpty();
    }

    @Test
    void afterACrashOfTheSourceEverythingIsComparedAndOnlyDifferencesAreSent() {
        simulation.settle();
        simulation.crashSource();
        simulation.source.restart();
        writeUnseen(40);
        long differing = simulation.differingBlocks();
        long before = simulation.store.copyBytes;

        simulation.settle();

        simulation.expectIdentical();
        assertThat(simulation.store.copyBytes - before).isLessThanOrEqualTo(differing * 4096);
    }

    @Test
    void whatRottedInTheStoreAndNothingElseIsSentAgainFromTheRunningSource() {
        simulation.settle();
        long before = simulation.store.copyBytes;
        DiskRange rotted = simulation.store.rot().orElseThrow();
        long blocks = (rotted.end() - 1) / 4096 - rotted.offset() / 4096 + 1;
        simulation.source.issue();

        simulation.settle();
        run(1);

        simulation.expectIdentical();
        assertThat(simulation.store.copyBytes - before).isBetween(1L, blocks * 4096);
        assertThat(simulation.engine.status().gaps()).isZero();
        assertThat(simulation.engine.status().copyKind()).isEmpty();
    }

    @Test
    void tellsHowMuchWasCopiedWhenTheCopyIsOver() {
        simulation.settle();
        MachineStatus status = simulation.engine.status();

        assertThat(status.copyKind()).isEmpty();
        assertThat(status.copyBytesTotal()).isPositive();
        assertThat(status.copyBytesDone()).isEqualTo(status.copyBytesTotal());
    }

    @Test
    void afterAFailoverTheSourceIsLookedAtAndNeverCapturedByItself() {
        simulation.settle();
        simulation.store.failOver();
        run(20);

        assertThat(simulation.engine.status().state()).isEqualTo("RELEASED");
        assertThat(simulation.engine.status().sourceRunning()).isTrue();
        assertThat(simulation.source.isMirroring()).isFalse();
        simulation.crashSource();
        run(20);
        assertThat(simulation.engine.status().sourceRunning()).isFalse();
        simulation.source.restart();
        simulation.crashAgent();
        run(60);

        assertThat(simulation.engine.status().state()).isEqualTo("RELEASED");
        assertThat(simulation.engine.status().sourceRunning()).isTrue();
        assertThat(simulation.source.isMirroring()).isFalse();
        assertThat(simulation.source.disks).allMatch(disk -> disk.bitmaps.isEmpty());
    }

    @Test
    void whatIsDrainedOrMarkedIsARecoveryPointWhenItIsAnswered() throws Exception {
        simulation.settle();
        simulation.source.issue();
        simulation.source.finishAll();
        CompletableFuture<Position> drained = simulation.engine.drain();
        CompletableFuture<Position> marked = simulation.engine.marker(MarkerKind.CRASH_CONSISTENT, "before the update");
        simulation.settle();

        assertThat(drained.get().sequence()).isLessThanOrEqualTo(simulation.store.proven());
        assertThat(marked.get().sequence()).isEqualTo(drained.get().sequence() + 1);
        assertThat(marked.get().epoch()).isEqualTo(simulation.store.head().epoch());
    }

    @Test
    void whatIsDrainedDuringABreakIsAnsweredWithAnError() {
        simulation.settle();
        CompletableFuture<Position> drained = simulation.engine.drain();
        simulation.source.breakAllMirrors("cut");
        simulation.settle();

        assertThatThrownBy(drained::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CAPTURE_BROKEN));
    }

    @Test
    void theRecoveryPointObjectiveIsZeroAtRestAndGrowsWithASilentStoreAndWithAPausedCapture() {
        assertThat(simulation.engine.status().rpoMillis()).isEqualTo(-1);
        simulation.settle();
        assertThat(simulation.engine.status().rpoMillis()).isZero();

        simulation.store.drop();
        simulation.store.reachable = false;
        simulation.source.issue();
        simulation.source.finishAll();
        run(3);
        assertThat(simulation.engine.status().rpoMillis()).isBetween(2_900L, 3_100L);
        simulation.settle();
        simulation.engine.pause(Long.MAX_VALUE);
        run(5);

        assertThat(simulation.engine.status().state()).isEqualTo("PAUSED");
        assertThat(simulation.engine.status().rpoMillis()).isBetween(3_500L, 5_100L);
    }

    @Test
    void whileTheStoreTakesNoBatchesTheGuestGoesOnByLogAndThenByBitmapAndNothingIsMissingAfterwards() {
        simulation.settle();
        simulation.store.full = true;
        long head = simulation.store.head().sequence();
        writeASecondEach(10);

        assertThat(errorCode()).isEqualTo("DISK_FULL");
        assertThat(simulation.engine.status().gaps())
                .as("gaps while the log takes it")
                .isZero();
        writeASecondEach(30);

        assertThat(simulation.engine.status().gaps())
                .as("gaps once the log is full")
                .isEqualTo(1);
        assertThat(simulation.source.inFlight).isEmpty();
        assertThat(simulation.store.head().sequence()).isEqualTo(head);

        simulation.store.full = false;
        simulation.settle();

        simulation.expectIdentical();
        assertThat(errorCode()).isEmpty();
    }

    private void writeASecondEach(int writes) {
        for (int i = 0; i < writes; i++) {
            writeUnseen(1);
            run(1);
        }
    }

    private String errorCode() {
        MachineStatus.ErrorReport error = simulation.engine.status().error();
        return error == null ? "" : error.code();
    }

    @Test
    void unprotectingLeavesNothingAndForgets() throws Exception {
        simulation.settle();
        CompletableFuture<Void> done = simulation.engine.unprotect();
        run(5);

        assertThat(done).isCompleted();
        assertThat(simulation.forgotten).isTrue();
        assertThat(simulation.source.isMirroring()).isFalse();
        assertThat(simulation.source.disks).allMatch(disk -> disk.bitmaps.isEmpty());
    }

    @Test
    void anOrderlyEndLosesNothingAndTheNextStartSendsTheDelta() {
        simulation.settle();
        simulation.engine.shutdown();
        run(2);
        assertThat(simulation.engine.isAtRest()).isTrue();
        assertThat(simulation.source.isMirroring()).isFalse();

        simulation.crashAgent();
        writeUnseen(10);
        long differing = simulation.differingBlocks();
        long before = simulation.store.copyBytes;
        simulation.settle();

        simulation.expectIdentical();
        assertThat(simulation.store.copyBytes - before).isLessThanOrEqualTo(differing * 4096);
    }

    /** The guest writes and the agent does not work. */
    private void writeUnseen(int writes) {
        for (int i = 0; i < writes; i++) {
            simulation.source.issue();
            simulation.source.finishAll();
        }
    }

    /** Everybody works for some simulated seconds; the guest rests. */
    private void run(int seconds) {
        for (int i = 0; i < seconds * 50; i++) {
            simulation.clock.advance(SECOND / 50);
            simulation.work();
        }
    }
}
