package io.holdfast.adapter.kvm.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.kvm.TestQemu;
import io.holdfast.adapter.kvm.Waiting;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void runsCommandsAndHearsEventsOfQemu() throws Exception {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch closed = new CountDownLatch(1);
        try (TestQemu qemu = TestQemu.startWith(folder, List.of("-M", "none"));
                QmpClient client = QmpClient.connect(qemu.testMonitor(), false, listener(events, closed))) {
            assertThat(client.version().major()).isGreaterThanOrEqualTo(6);
            assertThat(client.canOvertake()).isTrue();
            assertThat(client.execute(QmpCommand.of("query-status"))
                            .path("running")
                            .asBoolean())
                    .isTrue();

            client.execute(QmpCommand.of("stop"));
            client.execute(QmpCommand.of("query-status"));
            assertThat(events).containsExactly("STOP");

            qemu.kill();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> client.execute(QmpCommand.of("query-status")))
                    .isInstanceOfSatisfying(HoldfastException.class, this::notReachable);
        }
    }

    @Test
    void givesQemusRefusalWithItsWords() throws Exception {
        try (TestQemu qemu = TestQemu.startWith(folder, List.of("-M", "none"));
                QmpClient client = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE)) {
            assertThatThrownBy(() ->
                            client.execute(QmpCommand.of("block-job-cancel").with("device", "absent")))
                    .isInstanceOfSatisfying(QmpRefusal.class, refusal -> {
                        assertThat(refusal.errorClass()).isEqualTo("DeviceNotActive");
                        assertThat(refusal.description()).contains("absent");
                    });
        }
    }

    @Test
    void overtakesWithOutOfBandCommands() throws Exception {
        try (TestQemu qemu = TestQemu.startWith(folder, List.of("-M", "none"));
                QmpClient client = QmpClient.connect(qemu.outOfBandMonitor(), true, QmpListener.NONE)) {
            JsonNode instances = client.executeOutOfBand(QmpCommand.of("query-yank"), Duration.ofSeconds(2));

            assertThat(instances.isArray()).isTrue();
        }
    }

    @Test
    void namesASocketThatIsNotThere() {
        refuses(folder.resolve("absent"), ErrorCode.MONITOR_NOT_REACHABLE);
    }

    @Test
    void namesAFileThatIsNoSocket() throws Exception {
        refuses(Files.createFile(folder.resolve("file")), ErrorCode.MONITOR_NOT_REACHABLE);
    }

    @Test
    void namesAPathTooLongForASocket() {
        refuses(folder.resolve("x".repeat(120)), ErrorCode.MONITOR_NOT_REACHABLE);
    }

    @Test
    void namesASocketThatSpeaksAnotherLanguage() throws Exception {
        Path socket = folder.resolve("s");
        try (FakeMonitor _ = new FakeMonitor(socket, "220 mail.example ready", _ -> "")) {
            refuses(socket, ErrorCode.MONITOR_NOT_QMP);
        }
    }

    @Test
    void namesTheHumanMonitor() throws Exception {
        Path human = folder.resolve("h");
        try (TestQemu _ = TestQemu.startWith(
                folder, List.of("-M", "none"), "-monitor", "unix:" + human + ",server=on,wait=off")) {
            refuses(human, ErrorCode.MONITOR_NOT_QMP);
        }
    }

    @Test
    void namesAGreetingWithoutAVersion() throws Exception {
        Path socket = folder.resolve("s");
        try (FakeMonitor _ = new FakeMonitor(socket, "{\"hello\": 1}", _ -> "")) {
            refuses(socket, ErrorCode.MONITOR_NOT_QMP);
        }
    }

    @Test
    void namesAMonitorInUseWithinThreeSeconds() throws Exception {
        try (TestQemu qemu = TestQemu.startWith(folder, List.of("-M", "none"));
                QmpClient _ = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE)) {
            long start = System.nanoTime();
            refuses(qemu.testMonitor(), ErrorCode.MONITOR_IN_USE);
            // the queue is full of the one before now
            refuses(qemu.testMonitor(), ErrorCode.MONITOR_IN_USE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        }
    }

    @Test
    void findsTheMonitorFreeAgainAfterItWasInUse() throws Exception {
        try (TestQemu qemu = TestQemu.startWith(folder, List.of("-M", "none"))) {
            try (QmpClient _ = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE)) {
                refuses(qemu.testMonitor(), ErrorCode.MONITOR_IN_USE);
            }
            Waiting.until("the monitor is free", Duration.ofSeconds(5), () -> {
                try (QmpClient client = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE)) {
                    return client.execute(QmpCommand.of("query-status")).has("status");
                }
            });
        }
    }

    @Test
    void refusesAQemuThatIsTooOld() throws Exception {
        Path socket = folder.resolve("s");
        try (FakeMonitor _ = FakeMonitor.ofVersion(socket, 5, 2)) {
            assertThatThrownBy(() -> QmpClient.connect(socket, false, QmpListener.NONE))
                    .isInstanceOfSatisfying(HoldfastException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.HYPERVISOR_TOO_OLD);
                        assertThat(e).hasMessageContaining("5.2.22").hasMessageContaining("6.0.0");
                    });
        }
    }

    @Test
    void givesUpOnACommandThatIsNotAnswered() throws Exception {
        Path socket = folder.resolve("s");
        try (FakeMonitor _ = new FakeMonitor(
                        socket,
                        FakeMonitor.GREETING_7_2,
                        line -> line.contains("qmp_capabilities") ? FakeMonitor.emptyReturn(line) : "");
                QmpClient client = QmpClient.connect(socket, false, QmpListener.NONE)) {
            assertThatThrownBy(() -> client.execute(QmpCommand.of("query-status"), Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
        }
    }

    @Test
    void closesTheConnectionAtAMessageThatIsTooLong() throws Exception {
        Path socket = folder.resolve("s");
        String huge = "x".repeat(QmpGreeting.LINE_BYTES_MAX + (1 << 20));
        try (FakeMonitor _ = new FakeMonitor(
                        socket,
                        FakeMonitor.GREETING_7_2,
                        line -> line.contains("qmp_capabilities") ? FakeMonitor.emptyReturn(line) : huge);
                QmpClient client = QmpClient.connect(socket, false, QmpListener.NONE)) {
            assertThatThrownBy(() -> client.execute(QmpCommand.of("query-status")))
                    .isInstanceOfSatisfying(HoldfastException.class, this::notReachable);
        }
    }

    private void notReachable(HoldfastException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.MONITOR_NOT_REACHABLE);
    }

    private static void refuses(Path socket, ErrorCode code) {
        assertThatThrownBy(() -> QmpClient.connect(socket, false, QmpListener.NONE))
                .isInstanceOfSatisfying(HoldfastException.class, e -> {
                    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                    assertThat(e.object()).isEqualTo(socket.toString());
                });
    }

    private static QmpListener listener(List<String> events, CountDownLatch closed) {
        return new QmpListener() {
            @Override
            public void event(String name, JsonNode data) {
                events.add(name);
            }

            @Override
            public void closed(String reason) {
                closed.countDown();
            }
        };
    }
}
