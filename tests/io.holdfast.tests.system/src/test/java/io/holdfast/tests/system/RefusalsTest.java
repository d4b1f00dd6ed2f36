package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.GuestVm;
import io.holdfast.harness.appliance.ApiException;
import io.holdfast.harness.fault.SmallDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one appliance is asked for and cannot do, from the first try to protect a machine to its failover: each time there is a named error, and
 * the right request succeeds afterwards.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RefusalsTest {

    private static final String NAME = "web";
    private static final String MACHINE = "/machines/" + NAME;
    private static final String OTHER = "other";
    private static final int RATE = 5;
    private static final int TRANSACTIONS = 5;
    private static final int FOLDER_MEBIBYTES = 64;
    private static final int STILL_MEBIBYTES = 64;
    private static final long DISK_BYTES = 4L << 20;
    private static final Duration GUEST_MAX = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private GuestVm guest;
    private Appliance appliance;

    @BeforeAll
    void open() throws Exception {
        Path machine = Files.createDirectory(folder.resolve("guest"));
        GuestImages.ofRepository().copyDisks(machine);
        guest = GuestVm.start(GuestVm.Settings.in(machine), () -> 0);
        appliance = Appliance.start(Nodes.appliance(folder.resolve("data")));
        guest.console().awaitReady(GUEST_MAX);
        guest.console().run(RATE);
    }

    @AfterAll
    void close() throws Exception {
        appliance.close();
        guest.close();
        Leftovers.end(folder);
    }

    @Test
    @Order(1)
    void namesAMonitorThatIsNotThere() throws Exception {
        Path nowhere = folder.resolve("nowhere");

        JsonNode job = appliance.protect(NAME, nowhere, guest.outOfBandMonitor());

        expectError(job, "MONITOR_NOT_REACHABLE", "RETRYING", nowhere.toString());
        giveUp();
    }

    @Test
    @Order(2)
    void namesASocketThatIsNoMonitor() throws Exception {
        try (SpeakingSocket other = SpeakingSocket.at(folder.resolve("ssh"), "SSH-2.0-OpenSSH_9.2")) {
            JsonNode job = appliance.protect(NAME, other.path(), guest.outOfBandMonitor());

            expectError(job, "MONITOR_NOT_QMP", "FAILED", other.path().toString());
        }
        giveUp();
    }

    @Test
    @Order(3)
    void namesAHypervisorThatIsTooOld() throws Exception {
        String greeting =
                "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 1, \"minor\": 2, \"major\": 4}, \"package\": \"\"},"
                        + " \"capabilities\": [\"oob\"]}}";
        try (SpeakingSocket old = SpeakingSocket.at(folder.resolve("old"), greeting)) {
            JsonNode job = appliance.protect(NAME, old.path(), guest.outOfBandMonitor());

            JsonNode error =
                    expectError(job, "HYPERVISOR_TOO_OLD", "FAILED", old.path().toString());
            assertThat(error.path("message").asText()).contains("QEMU 4.2.1", "or later");
        }
        giveUp();
    }

    @Test
    @Order(4)
    void waitsForAMonitorThatAnotherProgramHoldsAndThenProtects() throws Exception {
        JsonNode job;
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(guest.monitor()))) {
            job = appliance.protect(NAME, guest.monitor(), guest.outOfBandMonitor());

            expectError(job, "MONITOR_IN_USE", "RETRYING", guest.monitor().toString());
        }

        appliance.retry(job);
        appliance.awaitSuccess(job);
        expectGoingOn();
    }

    @Test
    @Order(5)
    void namesTheProtectionThatTheMachineHasHere() throws Exception {
        expectRefusal(
                () -> appliance.protect(NAME, guest.monitor(), guest.outOfBandMonitor()),
                "ALREADY_PROTECTED",
                "'" + NAME + "'");
        expectRefusal(
                () -> appliance.protect(OTHER, guest.monitor(), guest.outOfBandMonitor()),
                "ALREADY_PROTECTED",
                "'" + NAME + "'");

        assertThat(appliance.machines()).containsExactly(NAME);
        expectGoingOn();
    }

    @Test
    @Order(6)
    void namesTheProtectionThatTheMachineHasByAnotherHoldfast() throws Exception {
        try (StillGuest shared = stillGuest("shared", STILL_MEBIBYTES);
                Appliance another = Appliance.start(Nodes.appliance(folder.resolve("data2")))) {
            another.awaitSuccess(another.protect(OTHER, shared.monitor(0), shared.outOfBandMonitor(0)));
            JsonNode job = appliance.protect(OTHER, shared.monitor(1), shared.outOfBandMonitor(1));

            JsonNode error = expectError(job, "ALREADY_PROTECTED", "FAILED", OTHER);
            assertThat(error.path("message").asText()).contains("of another protection", "end that one first");
            assertThat(another.phase(OTHER)).isEqualTo("PROTECTED");

            another.endProtection(OTHER);
            appliance.retry(job);
            appliance.awaitSuccess(job);
            appliance.endProtection(OTHER);
        }
        expectGoingOn();
    }

    @Test
    @Order(7)
    void namesPointsThatAreNotThere() throws Exception {
        expectRefusal(() -> failOverTo("1:999999999999"), "POINT_NOT_FOUND", "1:999999999999");
        expectRefusal(() -> failOverTo("2001-01-01T00:00:00Z"), "POINT_OLDER_THAN_HISTORY", "its history starts later");
        expectRefusal(
                () -> appliance.api().post(MACHINE + "/test-failover", Map.of("point", "7:1", "network", "isolated")),
                "POINT_NOT_FOUND",
                "7:1");
        expectGoingOn();
    }

    @Test
    @Order(8)
    void doesNotFailOverWhileTheSourceRuns() throws Exception {
        expectRefusal(() -> failOverTo("latest"), "SOURCE_STILL_RUNNING", "expected it to be down, or force");
        expectGoingOn();
    }

    @Test
    @Order(9)
    void namesTheMemoryThatAReplicaLacks() throws Exception {
        long mebibytes = hostMemoryMebibytes() - 1;
        try (StillGuest large = stillGuest("large", mebibytes)) {
            appliance.awaitSuccess(appliance.protect(OTHER, large.monitor(0), large.outOfBandMonitor(0)));
            JsonNode job = appliance
                    .api()
                    .post("/machines/" + OTHER + "/test-failover", Map.of("point", "latest", "network", "isolated"));

            JsonNode error = expectError(job, "OUT_OF_MEMORY", "RETRYING", "replica " + OTHER + "-test");
            assertThat(error.path("message").asText()).contains("expected at least " + (mebibytes + 256));
            appliance.api().post("/jobs/" + job.path("id").asText() + "/cancel", Map.of());
            assertThat(appliance.phase(OTHER)).isEqualTo("PROTECTED");
        }
        appliance.endProtection(OTHER);
        expectGoingOn();
    }

    @Test
    @Order(10)
    void namesTheSpaceThatAReplicaLacksAndFailsOverOnceWhenThereIsSome() throws Exception {
        Path replicas = folder.resolve("data/configserver/replicas");
        guest.kill();
        JsonNode job;
        try (SmallDisk _ = SmallDisk.under(replicas, FOLDER_MEBIBYTES)) {
            job = failOverTo("latest");

            JsonNode error = expectError(job, "DISK_FULL", "RETRYING", replicas.toString());
            assertThat(error.path("message").asText()).contains("bytes are free; expected at least");
            assertThat(appliance.phase(NAME)).isEqualTo("PROTECTED");
            assertThat(failOverTo("latest").path("id")).isEqualTo(job.path("id"));
        }

        appliance.retry(job);
        appliance.awaitSuccess(job);

        assertThat(appliance.phase(NAME)).isEqualTo("COMMIT_PENDING");
        assertThat(failOverTo("latest").path("id")).isEqualTo(job.path("id"));
        assertThat(appliance.api().get(MACHINE).path("replicas")).hasSize(1);
    }

    private StillGuest stillGuest(String name, long mebibytes) throws IOException {
        Path machine = Files.createDirectory(folder.resolve(name));
        Path disk = machine.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        }
        return StillGuest.start(machine, disk, mebibytes);
    }

    private JsonNode failOverTo(String point) throws IOException, InterruptedException {
        return appliance.api().post(MACHINE + "/failover", Map.of("point", point, "network", "isolated"));
    }

    /** Waits for a job's error, and checks what it is about and what becomes of the job. */
    private JsonNode expectError(JsonNode job, String code, String state, String object) throws Exception {
        JsonNode met = appliance.awaitError(job, code);
        assertThat(met.path("state").asText()).isEqualTo(state);
        assertThat(met.path("error").path("object").asText()).isEqualTo(object);
        return met.path("error");
    }

    private static void expectRefusal(ThrowingCallable request, String code, String message) {
        assertThatThrownBy(request).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(message);
        });
    }

    /** Takes back a request to protect; nothing is left of it. */
    private void giveUp() throws Exception {
        appliance.endProtection(NAME);
        assertThat(appliance.machines()).isEmpty();
        assertThat(guest.isAlive()).isTrue();
    }

    private void expectGoingOn() throws Exception {
        assertThat(appliance.phase(NAME)).isEqualTo("PROTECTED");
        guest.console().awaitCommits(guest.console().commits().size() + TRANSACTIONS, GUEST_MAX);
    }

    private static long hostMemoryMebibytes() {
        com.sun.management.OperatingSystemMXBean host =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return host.getTotalMemorySize() >> 20;
    }
}
