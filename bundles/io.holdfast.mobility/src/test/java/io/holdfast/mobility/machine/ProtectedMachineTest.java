package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.copy.CopyKind;
import io.holdfast.mobility.machine.MachineRecord.Mode;
import io.holdfast.mobility.machine.ProtectedMachine.Context;
import io.holdfast.mobility.machine.ProtectedMachine.Phase;
import io.holdfast.mobility.stream.Uplink;
import io.holdfast.model.Hardware;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The decisions alone: inputs in, actions out. */
class ProtectedMachineTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final UUID AGENT = UUID.fromString("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa");
    private static final MachineId MACHINE = MachineId.parse("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb");
    private static final String PREFIX = "aaaaaaaaaaaa-bbbbbbbbbbbb-";
    private static final ProtectionSettings POLICY = new ProtectionSettings(1_000, 500, 5_000, 1 << 20, "store", 9443);
    private static final SourceAddress ADDRESS = new SourceAddress("kvm", Map.of());

    private long now = 100 * SECOND;
    private long given;
    private long proven;
    private MachineRecord persisted = MachineRecord.fresh(MACHINE, "vm", ADDRESS, POLICY);
    private ProtectedMachine machine = machine();
    private List<MachineAction> actions = List.of();

    @Test
    void startsWithABitmapThenTheCaptureThenTheCopy() {
        tick();
        assertSlow(MachineAction.OpenSource.class);
        see("run-1", List.of());
        assertThat(actions).doesNotHaveAnyElementsOfTypes(MachineAction.AddBitmap.class);
        stream(0, true, false, false);
        assertSlow(MachineAction.AddBitmap.class);
        assertThat(persisted.bitmaps()).containsExactly(new BitmapMark(PREFIX + 1, BitmapMark.UNKNOWN));

        done();
        assertThat(actions)
                .hasExactlyElementsOfTypes(
                        MachineAction.Persist.class,
                        MachineAction.Disks.class,
                        MachineAction.Persist.class,
                        MachineAction.OpenGate.class,
                        MachineAction.StartCapture.class);
        given = 1;
        done();

        assertThat(copy().kind()).isEqualTo(CopyKind.INITIAL);
        assertThat(copy().afterSequence()).isEqualTo(1);
        assertThat(machine.phase()).isEqualTo(Phase.COPYING);
    }

    @Test
    void provesEachQuarterOfTheGoalWhileThereIsNewsAndEachSecondOtherwise() {
        ready();
        MachineAction.Prove first = slow(MachineAction.Prove.class);
        assertThat(first.sequence()).isEqualTo(given);
        checked(first, "");
        assertThat(actions).contains(new MachineAction.Proof(given, first.begunNanos()));

        given++;
        advance(240 * MILLI);
        assertThat(actions).isEmpty();
        advance(11 * MILLI);
        checked(slow(MachineAction.Prove.class), "");
        advance(990 * MILLI);
        assertThat(actions).isEmpty();
        advance(11 * MILLI);
        assertSlow(MachineAction.Prove.class);
    }

    @Test
    void anObjectionSealsTellsTheGapCutsAndComesBackWithTheBitmapsAfterAPause() {
        ready();
        checked(slow(MachineAction.Prove.class), "disk a: the mirror ended");

        assertThat(actions)
                .hasExactlyElementsOfTypes(
                        MachineAction.Seal.class,
                        MachineAction.CancelCopy.class,
                        MachineAction.Gap.class,
                        MachineAction.CutCapture.class);
        given++;
        done();
        assertThat(machine.phase()).isEqualTo(Phase.BROKEN);
        advance(900 * MILLI);
        assertThat(actions).isEmpty();
        advance(200 * MILLI);
        assertSlow(MachineAction.StartCapture.class);
        done();
        assertThat(copy().kind()).isEqualTo(CopyKind.BITMAP);
        assertThat(copy().bitmaps()).containsExactly(PREFIX + 1);
    }

    @Test
    void aCheckThatComesBackAfterTheBreakProvesNothing() {
        ready();
        MachineAction.Prove check = slow(MachineAction.Prove.class);
        take(new MachineInput.Broken(persisted.captureCount(), GapCause.CAPTURE_BROKEN, "event"));
        checked(check, "");

        assertThat(actions).doesNotHaveAnyElementsOfTypes(MachineAction.Proof.class);
        assertSlow(MachineAction.CutCapture.class);
    }

    @Test
    void rotatesByAddingThenNotingAfterTheStallLimitThenRemovingOnceProven() {
        ready();
        quiet();
        given += 10;
        advance(31 * SECOND);
        checked(slow(MachineAction.Prove.class), "");
        assertThat(slow(MachineAction.AddBitmap.class).name()).isEqualTo(PREFIX + 2);
        assertThat(persisted.bitmaps()).hasSize(2);
        done();

        given++;
        advance(400 * MILLI);
        checked(slow(MachineAction.Prove.class), "");
        assertThat(persisted.bitmaps().getLast().isKnown())
                .as("not before the stall limit")
                .isFalse();
        given++;
        advance(260 * MILLI);
        MachineAction.Prove second = slow(MachineAction.Prove.class);
        given += 5;
        checked(second, "");
        assertThat(persisted.bitmaps().getLast()).isEqualTo(new BitmapMark(PREFIX + 2, given));

        proven = given - 1;
        tick();
        assertThat(actions).doesNotHaveAnyElementsOfTypes(MachineAction.RemoveBitmap.class);
        proven = given;
        tick();
        assertThat(slow(MachineAction.RemoveBitmap.class).name()).isEqualTo(PREFIX + 1);
        done();
        assertThat(persisted.bitmaps()).containsExactly(new BitmapMark(PREFIX + 2, given));
    }

    @Test
    void aGapDuringARotationLeavesOnlyTheOldestBaseCounting() {
        aRotationHasNoted();
        long base = persisted.bitmaps().getFirst().base();
        take(new MachineInput.Broken(persisted.captureCount(), GapCause.CAPTURE_BROKEN, "event"));

        assertThat(persisted.bitmaps())
                .containsExactly(new BitmapMark(PREFIX + 1, base), new BitmapMark(PREFIX + 2, BitmapMark.UNKNOWN));
    }

    @Test
    void afterACrashAtAnyStepOfARotationTheDeltaIsTheUnionOfWhatExists() {
        aRotationHasNoted();
        restart();
        see("run-1", List.of(PREFIX + 1, PREFIX + 2));
        stream(given, true, false, false);
        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Gap.class);
        assertSlow(MachineAction.StartCapture.class);
        done();

        assertThat(copy().kind()).isEqualTo(CopyKind.BITMAP);
        assertThat(copy().bitmaps()).containsExactly(PREFIX + 1, PREFIX + 2);
    }

    @Test
    void afterACrashBetweenRemovingAndWritingItDownTheNewBitmapAloneTells() {
        aRotationHasNoted();
        restart();
        see("run-1", List.of(PREFIX + 2));
        stream(given, true, false, false);
        done();

        assertThat(copy().kind()).isEqualTo(CopyKind.BITMAP);
        assertThat(copy().bitmaps()).containsExactly(PREFIX + 2);
    }

    @Test
    void bitmapsOfAnotherRunOfTheHypervisorOrBeyondTheStreamAreWorthNothing() {
        ready();
        restart();
        see("run-2", List.of());
        stream(given, true, false, false);
        assertSlow(MachineAction.AddBitmap.class);
        done();
        done();
        assertThat(copy().kind()).isEqualTo(CopyKind.SCAN);

        ready();
        restart();
        see("run-2", List.of(PREFIX + 2));
        stream(0, true, true, true);
        given = 0;
        assertThat(persisted.bitmaps()).allMatch(mark -> !mark.isKnown());
    }

    @Test
    void aSourceThatEndsUnbrokenGetsAClosingProofAndTheGapOnlyWhenItComesBack() {
        ready();
        take(new MachineInput.SourceGone(true, now, "shut down"));

        assertThat(actions).contains(new MachineAction.ProofOfAll(now));
        assertThat(actions).doesNotHaveAnyElementsOfTypes(MachineAction.Gap.class);
        checked(lastProve, "no capture");
        assertSlow(MachineAction.CloseSource.class);
        done();
        assertThat(machine.phase()).isEqualTo(Phase.SOURCE_GONE);
        assertSlow(MachineAction.OpenSource.class);
        see("run-2", List.of());
        done();
        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Gap.class);
        assertThat(actions.indexOf(gap())).isLessThan(indexOf(MachineAction.OpenGate.class));
    }

    @Test
    void aSourceThatEndsWithABrokenCaptureGetsTheGapAtOnce() {
        ready();
        take(new MachineInput.SourceGone(false, now, "killed"));

        assertThat(gap().cause()).isEqualTo(GapCause.SOURCE_CRASHED);
        assertThat(actions).doesNotHaveAnyElementsOfTypes(MachineAction.ProofOfAll.class);
    }

    @Test
    void pausesWithAClosingProofAndComesBackByItself() {
        ready();
        quiet();
        take(new MachineInput.Pause(5_000));
        checked(slow(MachineAction.Prove.class), "");
        assertSlow(MachineAction.StopCapture.class);
        done();
        assertThat(gap().cause()).isEqualTo(GapCause.PAUSED);
        assertThat(machine.phase()).isEqualTo(Phase.PAUSED);
        utc = 4_999;
        tick();
        assertThat(actions).isEmpty();
        utc = 5_000;
        tick();
        assertSlow(MachineAction.StartCapture.class);
        assertThat(persisted.mode()).isEqualTo(Mode.ACTIVE);
    }

    @Test
    void changedDisksAreToldInANewTableAndScannedWithNumbersThatNeverRepeat() {
        ready();
        checked(slow(MachineAction.Prove.class), "");
        take(new MachineInput.Broken(0, GapCause.DISKS_CHANGED, "grown"));
        assertThat(gap().cause()).isEqualTo(GapCause.DISKS_CHANGED);
        done();
        assertSlow(MachineAction.LookAtSource.class);
        take(new MachineInput.SourceSeen(source("run-1", disk("b", 5_000), disk("c", 10_000)), List.of(PREFIX + 1)));
        assertSlow(MachineAction.RemoveBitmap.class);
        done();
        advance(2 * SECOND);
        assertSlow(MachineAction.AddBitmap.class);
        done();

        DiskTable table = persisted.table();
        assertThat(table.disks())
                .extracting(disk -> disk.identity() + disk.number())
                .containsExactly("b1", "c2");
        assertThat(table.version()).isEqualTo(2);
        done();
        assertThat(machine.cycle().kind()).isEqualTo(CopyKind.SCAN);
    }

    @Test
    void aFullLogEndsTheCaptureUntilThereIsRoom() {
        ready();
        checked(slow(MachineAction.Prove.class), "");
        take(new MachineInput.LogBound(true));
        assertThat(gap().cause()).isEqualTo(GapCause.LOG_FULL);
        done();
        advance(10 * SECOND);
        assertThat(actions).isEmpty();
        take(new MachineInput.LogBound(false));
        assertSlow(MachineAction.StartCapture.class);
    }

    @Test
    void leavesAMachineAloneWhoseHistoryGoesOnElsewhereUntilItIsProtectedAgain() {
        ready();
        checked(slow(MachineAction.Prove.class), "");
        take(new MachineInput.Foreign(new Position(9, 9)));
        assertThat(persisted.mode()).isEqualTo(Mode.RELEASED);
        checked(slow(MachineAction.Prove.class), "");
        done();
        assertThat(slow(MachineAction.RemoveBitmap.class).name()).isEqualTo(PREFIX + 1);
        done();
        assertSlow(MachineAction.CloseSource.class);
        done();
        assertThat(machine.isAtRest()).isTrue();
        assertThat(machine.wantsStore()).isFalse();
        advance(100 * SECOND);
        assertThat(actions).isEmpty();

        take(new MachineInput.Protect("vm", ADDRESS, POLICY));
        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Adopt.class);
        assertSlow(MachineAction.OpenSource.class);
    }

    @Test
    void aMachineThatAnotherProtectsIsRefusedAndLetGo() {
        tick();
        take(new MachineInput.SourceSeen(source("run-1", disk("a", 9_999)), List.of("cccccccccccc-dddddddddddd-4")));

        assertThat(machine.error()).get().extracting(HoldfastException::code).isEqualTo(ErrorCode.ALREADY_PROTECTED);
        assertThat(machine.phase()).isEqualTo(Phase.ERROR);
        assertSlow(MachineAction.CloseSource.class);
        done();
        advance(100 * SECOND);
        assertThat(actions).isEmpty();
        take(new MachineInput.Resume());
        assertSlow(MachineAction.OpenSource.class);
    }

    @Test
    void bitmapsLeftBehindByAnEndedProtectionOfThisAgentAreRemoved() {
        tick();
        take(new MachineInput.SourceSeen(source("run-1", disk("a", 9_999)), List.of("aaaaaaaaaaaa-dddddddddddd-4")));

        assertThat(slow(MachineAction.RemoveBitmap.class).name()).isEqualTo("aaaaaaaaaaaa-dddddddddddd-4");
    }

    @Test
    void anotherMachineAtTheAddressIsNotTouched() {
        ready();
        restart();
        SourceDescription other = new SourceDescription(
                "x",
                "other",
                "run-7",
                "q",
                true,
                new Hardware(1, 1, Hardware.Firmware.BIOS),
                List.of(disk("a", 9_999)));
        tick();
        take(new MachineInput.SourceSeen(other, List.of()));

        assertThat(machine.error()).get().extracting(HoldfastException::code).isEqualTo(ErrorCode.MACHINE_NOT_FOUND);
        assertSlow(MachineAction.CloseSource.class);
    }

    @Test
    void triesAgainWhatMayComeRightAndWaitsForAPersonOtherwise() {
        tick();
        failed(ErrorCode.MONITOR_NOT_REACHABLE);
        assertThat(actions).isEmpty();
        advance(1_100 * MILLI);
        assertSlow(MachineAction.OpenSource.class);
        failed(ErrorCode.MONITOR_NOT_QMP);
        advance(100 * SECOND);
        assertThat(actions).isEmpty();
        assertThat(machine.phase()).isEqualTo(Phase.ERROR);
    }

    @Test
    void aConflictWithAnotherJobIsTriedAgainWithPausesThatGrow() {
        tick();
        see("run-1", List.of());
        stream(0, true, false, false);
        done();
        failed(ErrorCode.BLOCK_JOB_CONFLICT);
        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Seal.class);
        assertSlow(MachineAction.LookAtSource.class);
        see("run-1", List.of(PREFIX + 1));
        advance(900 * MILLI);
        assertThat(actions).isEmpty();
        advance(200 * MILLI);
        assertSlow(MachineAction.StartCapture.class);
    }

    @Test
    void unprotectingLeavesNothingAtTheSource() {
        ready();
        checked(slow(MachineAction.Prove.class), "");
        take(new MachineInput.Remove());
        checked(slow(MachineAction.Prove.class), "");
        done();
        assertSlow(MachineAction.RemoveBitmap.class);
        done();
        assertSlow(MachineAction.CloseSource.class);
        done();

        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Forget.class);
        assertThat(machine.isForgotten()).isTrue();
    }

    @Test
    void unprotectingASourceThatIsNotThereEndsAllTheSame() {
        ready();
        restart();
        take(new MachineInput.Remove());
        failed(ErrorCode.MONITOR_NOT_REACHABLE);

        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Forget.class);
    }

    @Test
    void anOrderlyEndStopsTheCaptureWithAProofAndKeepsTheBitmaps() {
        ready();
        checked(slow(MachineAction.Prove.class), "");
        take(new MachineInput.Shutdown());
        checked(slow(MachineAction.Prove.class), "");
        assertSlow(MachineAction.StopCapture.class);
        done();
        assertSlow(MachineAction.CloseSource.class);
        done();

        assertThat(machine.isAtRest()).isTrue();
        assertThat(persisted.bitmaps()).hasSize(1);
        advance(10 * SECOND);
        assertThat(actions).isEmpty();
    }

    @Test
    void aLostStreamSealsAtOnceAndStartsNothingUntilItGoesOn() {
        ready();
        checked(slow(MachineAction.Prove.class), "");
        take(new MachineInput.StreamLost());
        assertThat(actions).hasAtLeastOneElementOfType(MachineAction.Seal.class);
        done();
        advance(10 * SECOND);
        assertThat(actions).isEmpty();

        stream(3, false, true, true);
        assertThat(gap().cause()).isEqualTo(GapCause.STORE_SET_BACK);
        assertSlow(MachineAction.StartCapture.class);
        done();
        assertThat(copy().kind())
                .as("the bitmap shows only what was written after what the store has")
                .isEqualTo(CopyKind.SCAN);
    }

    @Test
    void whatTheStoreHasLostIsSentAgainBesideAWholeCaptureAndChangesNothingElse() {
        ready();
        DiskRange first = new DiskRange(0, 4_096, 512);
        DiskRange second = new DiskRange(1, 0, 512);

        take(new MachineInput.Lost(List.of(first)));
        assertThat(copy().kind()).isEqualTo(CopyKind.MEND);
        assertThat(copy().ranges()).containsExactly(first);
        assertThat(machine.phase()).isEqualTo(Phase.READY);
        take(new MachineInput.Lost(List.of(first, second)));
        assertThat(actions).as("one at a time").doesNotHaveAnyElementsOfTypes(MachineAction.Copy.class);

        take(new MachineInput.Mended(persisted.captureCount(), Optional.empty()));
        assertThat(copy().ranges()).containsExactly(second);
        take(new MachineInput.Mended(persisted.captureCount(), Optional.empty()));
        assertThat(actions).doesNotHaveAnyElementsOfTypes(MachineAction.Copy.class, MachineAction.Gap.class);
    }

    @Test
    void whatIsLostDuringABreakIsSentOnceTheCaptureIsWholeAgain() {
        ready();
        DiskRange range = new DiskRange(0, 4_096, 512);
        take(new MachineInput.Lost(List.of(range)));
        take(new MachineInput.Broken(persisted.captureCount(), GapCause.CAPTURE_BROKEN, "event"));
        checked(lastProve, "");
        done();
        advance(1_100 * MILLI);
        done();
        assertThat(copy().kind()).isEqualTo(CopyKind.BITMAP);

        given++;
        take(new MachineInput.ReadyGiven(persisted.captureCount(), given));

        assertThat(copy().kind()).isEqualTo(CopyKind.MEND);
        assertThat(copy().ranges()).containsExactly(range);
    }

    @Test
    void whatCannotBeReadIsSaidAndBreaksNothing() {
        ready();
        take(new MachineInput.Lost(List.of(new DiskRange(0, 4_096, 512))));

        take(new MachineInput.Mended(persisted.captureCount(), Optional.of("the source cannot be read: no")));

        assertThat(machine.message()).contains("cannot be read");
        assertThat(machine.phase()).isEqualTo(Phase.READY);
    }

    // ---- driving

    private long utc = 1_000;
    private MachineAction.Slow lastSlow = new MachineAction.OpenSource();
    private MachineAction.Prove lastProve = new MachineAction.Prove(0, 0, 0);

    private ProtectedMachine machine() {
        return new ProtectedMachine(
                persisted, BitmapNames.of(AGENT, MACHINE, _ -> false), new CaptureCycle.Limits(1 << 20, 30_000));
    }

    private void restart() {
        machine = machine();
        now += SECOND;
        tick();
    }

    private void ready() {
        if (persisted.captureCount() == 0) {
            tick();
            see("run-1", List.of());
            stream(0, true, false, false);
            done();
        }
        if (!machine.cycle().isCopying()) {
            given++;
            done();
        }
        checked(lastProve, "");
        given += 3;
        take(new MachineInput.ReadyGiven(persisted.captureCount(), given));
        assertThat(machine.phase()).isEqualTo(Phase.READY);
    }

    private void quiet() {
        checked(slow(MachineAction.Prove.class), "");
        proven = given;
    }

    private void aRotationHasNoted() {
        ready();
        quiet();
        given += 10;
        advance(31 * SECOND);
        checked(slow(MachineAction.Prove.class), "");
        done();
        given++;
        advance(600 * MILLI);
        checked(slow(MachineAction.Prove.class), "");
        assertThat(persisted.bitmaps()).hasSize(2).allMatch(BitmapMark::isKnown);
    }

    private void see(String run, List<String> bitmaps) {
        take(new MachineInput.SourceSeen(source(run, disk("a", 9_999), disk("b", 5_000)), bitmaps));
    }

    private static SourceDescription source(String run, SourceDisk... disks) {
        return new SourceDescription(
                "vm", "identity", run, "QEMU", true, new Hardware(1, 512, Hardware.Firmware.BIOS), List.of(disks));
    }

    private static SourceDisk disk(String identity, long bytes) {
        return new SourceDisk(identity, "node", bytes, 512, 512);
    }

    private void stream(long end, boolean first, boolean lost, boolean setBack) {
        given = end;
        take(new MachineInput.Streaming(
                new Uplink.StreamStart(new Position(2, end), end, first, lost, setBack, DiskTable.NONE, 0)));
    }

    private void tick() {
        take(new MachineInput.Tick());
    }

    private void advance(long nanos) {
        now += nanos;
        tick();
    }

    private void done() {
        take(new MachineInput.Done(slow(MachineAction.Slow.class)));
    }

    private void failed(ErrorCode code) {
        take(new MachineInput.Failed(lastSlow, new HoldfastException(code, "source", "failed")));
    }

    private void checked(MachineAction.Prove check, String objection) {
        take(new MachineInput.Checked(check, objection.isEmpty() ? Optional.empty() : Optional.of(objection)));
    }

    private void take(MachineInput input) {
        actions = machine.decide(new Context(now, utc, given, proven), input);
        for (MachineAction action : actions) {
            if (action instanceof MachineAction.Persist persist) {
                persisted = persist.state();
            }
            if (action instanceof MachineAction.Slow slow) {
                lastSlow = slow;
            }
            if (action instanceof MachineAction.Prove prove) {
                lastProve = prove;
            }
        }
    }

    private <T extends MachineAction> T slow(Class<T> kind) {
        assertThat(actions).as("a slow action").isNotEmpty();
        assertThat(actions.getLast()).isInstanceOf(kind);
        return kind.cast(actions.getLast());
    }

    private void assertSlow(Class<? extends MachineAction> kind) {
        slow(kind);
    }

    private MachineAction.Gap gap() {
        return actions.stream()
                .filter(MachineAction.Gap.class::isInstance)
                .map(MachineAction.Gap.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no gap in " + actions));
    }

    private int indexOf(Class<?> kind) {
        return new ArrayList<>(actions).stream().map(Object::getClass).toList().indexOf(kind);
    }

    private io.holdfast.mobility.copy.CopyPlan copy() {
        return actions.stream()
                .filter(MachineAction.Copy.class::isInstance)
                .map(action -> ((MachineAction.Copy) action).plan())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no copy in " + actions));
    }
}
