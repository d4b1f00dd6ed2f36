package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.kvm.guard.Note;
import io.holdfast.base.HoldfastException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KvmGuardTest {

    private static final long SIZE = 64 * Rig.MEBIBYTE;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration BOUND = Duration.ofSeconds(5);

    /** The hard bound of one guest write: what is promised, on however busy a host. */
    private static final Duration WRITE_BOUND = Duration.ofSeconds(5);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void aRequestThatIsNotAnsweredCutsTheCaptureSoonAfterTheStallLimit() throws Exception {
        String[] arguments = TestQemu.join(TestQemu.disk(folder, "a", SIZE), TestQemu.disk(folder, "b", SIZE));
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE, "b", SIZE));
                Rig rig = Rig.start(folder, arguments)) {
            rig.session.startCapture(stand.targets());
            stand.export("a").hold();

            Duration taken = timeOf(() -> assertThat(rig.write("a", 0, 4096)).isEmpty());

            assertThat(taken).isBetween(Duration.ofMillis(450), WRITE_BOUND);
            Waiting.until(
                    "the listener hears it",
                    SOON,
                    () -> rig.listener.heard("broken[]") || rig.listener.heard("broken[a]"));
            // the other disk is cut as well
            assertThat(timeOf(() -> rig.write("b", 0, 4096))).isLessThan(WRITE_BOUND);
            assertThat(stand.arrivals("b")).isEmpty();
            assertThat(rig.session.prove()).isPresent();
            Waiting.until(
                    "the guard has written it down", SOON, () -> guardLog(rig).contains("a request was unanswered"));
        }
    }

    @Test
    void aStoppedCaptureServerCostsAWriteLessThanTheBound() throws Exception {
        Process stand = CaptureStand.startProcess(folder, Map.of("a", SIZE));
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(CaptureStand.targets(folder, List.of("a")));
            rig.write("a", 0, 4096);
            // several beats, so that the last one says that nothing waits
            pass(Duration.ofMillis(200));
            stop(stand);

            Duration taken = timeOf(() -> assertThat(rig.write("a", 4096, 4096)).isEmpty());

            assertThat(taken).isBetween(Duration.ofMillis(400), WRITE_BOUND);
            Waiting.until("the listener hears it", SOON, () -> rig.listener.heard("broken"));
            Waiting.until(
                    "the guard has written it down", SOON, () -> guardLog(rig).contains("was silent"));
            assertThat(timeOf(() -> rig.write("a", 8192, 4096))).isLessThan(WRITE_BOUND);
            assertThat(rig.qemu.process().isAlive()).isTrue();
        } finally {
            stand.destroyForcibly();
        }
    }

    @Test
    void aKilledCaptureServerCostsNoTimeAndTheNextOneIsUsed() throws Exception {
        Process stand = CaptureStand.startProcess(folder, Map.of("a", SIZE));
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(CaptureStand.targets(folder, List.of("a")));
            stand.destroyForcibly();
            assertThat(stand.waitFor(20, TimeUnit.SECONDS)).isTrue();

            assertThat(timeOf(() -> rig.write("a", 0, 4096))).isLessThan(WRITE_BOUND);
            Waiting.until("the listener hears it", SOON, () -> rig.listener.heard("broken[a]"));
            try (CaptureStand next = CaptureStand.start(folder, Map.of("a", SIZE))) {
                rig.session.startCapture(next.targets());
                assertThat(rig.session.prove()).isEmpty();
            }
        } finally {
            stand.destroyForcibly();
        }
    }

    @Test
    void anIdleWriterThatBeatsIsLeftAlone() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            pass(Duration.ofSeconds(2));

            assertThat(rig.session.prove()).isEmpty();
            assertThat(rig.listener.heard()).isEmpty();
        }
    }

    @Test
    void aKilledGuardIsReplacedAndTheCaptureGoesOnProven() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            ProcessHandle guard = rig.guard();
            guard.destroyForcibly();

            Waiting.until("the loss is noticed", SOON, () -> rig.listener.heard("guardLost"));
            Duration taken = Waiting.until("a new guard serves", SOON, () -> proves(rig.session));
            assertThat(taken).isLessThan(BOUND);
            assertThat(rig.guard().pid()).isNotEqualTo(guard.pid());
            assertThat(rig.listener.heard("broken")).isFalse();

            // and the new one guards
            stand.export("a").hold();
            assertThat(timeOf(() -> rig.write("a", 0, 4096))).isLessThan(WRITE_BOUND);
        }
    }

    @Test
    void aGuardThatHangsIsReplaced() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            ProcessHandle guard = rig.guard();
            Waiting.signal(guard.pid(), "STOP");

            Waiting.until("the loss is noticed", SOON, () -> rig.listener.heard("guardLost"));
            Waiting.until("a new guard serves", SOON, () -> proves(rig.session));
            assertThat(guard.isAlive()).isFalse();
        }
    }

    @Test
    void aBypassWhileNoGuardListenedIsFoundByState() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.guard().destroyForcibly();
            stand.drop("a");
            rig.write("a", 0, 4096);

            Waiting.until("the break is told", SOON, () -> rig.listener.heard("broken"));
            assertThat(rig.session.prove()).isPresent();
        }
    }

    @Test
    void theCaptureIsCutWhenNoGuardCanBeHad() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            // a guard that cannot make its socket cannot start
            Path hold = folder.resolve("hold");
            ProcessHandle guard = rig.guard();
            Files.move(hold.resolve("guard.lock"), folder.resolve("away"));
            Files.createDirectory(hold.resolve("guard.lock"));
            long start = System.nanoTime();
            guard.destroyForcibly();

            Waiting.until("the capture is cut", SOON, () -> rig.listener.heard("broken[]"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
            stand.export("a").hold();
            assertThat(timeOf(() -> rig.write("a", 0, 4096))).isLessThan(WRITE_BOUND);

            Files.delete(hold.resolve("guard.lock"));
            Waiting.until("a guard is there again", Duration.ofSeconds(10), () -> describes(rig.session));
        }
    }

    @Test
    void theGuardOutlivesItsAdapterAndServesTheNext() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            ProcessHandle guard = rig.guard();
            try (SourceSession next =
                    new KvmSourceAdapter().open(Rig.address(rig.qemu), Rig.settings(folder), new RecordingListener())) {
                assertThat(rig.guard().pid()).isEqualTo(guard.pid());
                assertThat(next.describe().disks()).hasSize(1);
            }
            Waiting.until("the guard ended when told", SOON, () -> !guard.isAlive());
        }
    }

    @Test
    void aGuardWhoseFolderWasReplacedUnderItEndsAndTheNextAdapterIsServed() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            ProcessHandle guard = rig.guard();
            GuardLink last = GuardLink.connect(
                    folder.resolve("hold/guard.sock"), "", 0, new DeafListener(), Duration.ofSeconds(1));
            Waiting.until("the rig's adapter is replaced", SOON, () -> !describes(rig.session));
            for (String file : List.of("guard.sock", "guard.lock")) {
                Files.delete(folder.resolve("hold").resolve(file));
            }
            assertThat(opens(rig)).as("while an adapter holds the old guard").isFalse();
            last.close();

            Waiting.until("nobody can find the guard, so it ends", SOON, () -> !guard.isAlive());
            assertThat(opens(rig)).isTrue();
        }
    }

    private static boolean opens(Rig rig) {
        try (SourceSession next =
                new KvmSourceAdapter().open(Rig.address(rig.qemu), Rig.settings(rig.folder), new RecordingListener())) {
            return !next.describe().disks().isEmpty();
        } catch (HoldfastException _) {
            return false;
        }
    }

    private static final class DeafListener implements GuardLink.Listener {
        @Override
        public void event(long number, String name, JsonNode data) {}

        @Override
        public void note(long number, Note note) {}

        @Override
        public void replaced() {}

        @Override
        public void lost(String reason) {}
    }

    @Test
    void theGuardRunsInASessionOfItsOwn() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            long guard = rig.guard().pid();

            String stat = Files.readString(Path.of("/proc", Long.toString(guard), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            assertThat(fields[2]).as("process group").isEqualTo(Long.toString(guard));
            assertThat(fields[3]).as("session").isEqualTo(Long.toString(guard));
        }
    }

    @Test
    void aCaptureServerIsKilledWhenQemuDoesNotTakeTheCut() throws Exception {
        Process stand = CaptureStand.startProcess(folder, Map.of("a", SIZE));
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(CaptureStand.targets(folder, List.of("a")));
            // the guard lists the nodes once a second
            pass(Duration.ofMillis(1300));
            Waiting.signal(stand.pid(), "STOP");
            rig.qemu.signal("STOP");

            assertThat(stand.waitFor(6, TimeUnit.SECONDS)).as("killed").isTrue();
            rig.qemu.signal("CONT");
            Waiting.until("told", SOON, () -> rig.listener.heard("broken"));
            assertThat(rig.write("a", 0, 4096)).isEmpty();
        } finally {
            stand.destroyForcibly();
        }
    }

    /** Stops a process and waits until it really stands still. */
    private static void stop(Process process) throws Exception {
        Waiting.signal(process.pid(), "STOP");
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        Waiting.until("it is stopped", SOON, () -> Files.readString(stat).contains(") T "));
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Waiting.until("time passes", SOON, () -> System.nanoTime() > end);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Duration timeOf(Action action) throws Exception {
        long start = System.nanoTime();
        CompletableFuture.runAsync(() -> {
                    try {
                        action.run();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .get(20, TimeUnit.SECONDS);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static boolean proves(SourceSession session) {
        try {
            return session.prove().isEmpty();
        } catch (HoldfastException _) {
            return false;
        }
    }

    private static boolean describes(SourceSession session) {
        try {
            return !session.describe().disks().isEmpty();
        } catch (HoldfastException _) {
            return false;
        }
    }

    private static String guardLog(Rig rig) throws Exception {
        return Files.readString(rig.folder.resolve("hold/guard.log"));
    }
}
