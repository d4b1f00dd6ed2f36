package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.harness.appliance.ApiException;
import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An administrator of an appliance, with the interface and with the files, and a history under a retention lock. */
@Timeout(240)
class LockedHistoryTest {

    private static final String NAME = "web";
    private static final String MACHINE = "/machines/" + NAME;
    private static final String RETENTION = MACHINE + "/retention";
    private static final int LOCK_HOURS = 72;
    private static final int MEMORY_MEBIBYTES = 64;
    private static final long DISK_BYTES = 4L << 20;

    @TempDir
    private Path folder;

    @Test
    void staysWhateverAnAdministratorAsksForAndWhateverIsDoneToItsPolicy() throws Exception {
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        try (StillGuest guest = stillGuest()) {
            try (Appliance appliance = Appliance.start(settings)) {
                appliance.awaitSuccess(appliance.protect(NAME, guest.monitor(0), guest.outOfBandMonitor(0)));
                appliance.api().put(RETENTION, locked(appliance, LOCK_HOURS));

                assertNothingIsGivenUp(appliance);
                assertThat(appliance.node().stop()).isZero();
            }
            Files.delete(policy());
            try (Appliance appliance = Appliance.start(settings)) {
                assertThat(retention(appliance).path("lockHours").asInt()).isEqualTo(LOCK_HOURS);
                assertNothingIsGivenUp(appliance);
            }
        }
        Leftovers.end(folder);
    }

    private static JsonNode retention(Appliance appliance) throws IOException, InterruptedException {
        return appliance.api().get(RETENTION).path("retention");
    }

    private static JsonNode locked(Appliance appliance, int lockHours) throws IOException, InterruptedException {
        ObjectNode policy = retention(appliance).deepCopy();
        return policy.put("lockHours", lockHours);
    }

    private static void assertNothingIsGivenUp(Appliance appliance) throws IOException, InterruptedException {
        JsonNode without = locked(appliance, 0);
        assertThatThrownBy(() -> appliance.api().put(RETENTION, without))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("RETENTION_LOCKED");

        JsonNode job = appliance.awaitError(
                appliance.api().post(MACHINE + "/unprotect", Map.of("history", "DESTROY")), "RETENTION_LOCKED");

        assertThat(job.path("state").asText()).isEqualTo("FAILED");
        assertThat(job.path("error").path("message").asText()).contains("lock of " + LOCK_HOURS + " h");
        assertThat(appliance.machines()).containsExactly(NAME);
        assertThat(appliance
                        .api()
                        .get(MACHINE + "/points/latest")
                        .path("position")
                        .asText())
                .isNotEmpty();
    }

    private Path policy() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            List<Path> found = files.filter(file -> file.endsWith("retention")).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private StillGuest stillGuest() throws IOException {
        Path machine = Files.createDirectory(folder.resolve("guest"));
        Path disk = machine.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        }
        return StillGuest.start(machine, disk, MEMORY_MEBIBYTES);
    }
}
