package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.GuestVm;
import io.holdfast.harness.appliance.NodeProcess;
import io.holdfast.harness.fault.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What befalls a host while a machine of it is protected: each has a name, and when it is over, work goes on. */
@Timeout(300)
class MishapsTest {

    private static final String NAME = "web";
    private static final String MACHINE = "/machines/" + NAME;
    private static final int RATE = 10;
    private static final int TRANSACTIONS = 20;
    private static final int COPIED_MEBIBYTES = 256;
    private static final int STILL_MEBIBYTES = 64;
    private static final int FILLED_MEBIBYTES = 48;
    private static final int LOG_DISK_MEBIBYTES = 96;
    private static final int STORE_DISK_MEBIBYTES = 1_024;
    private static final long WRITE_BOUND_MICROS = 5_000_000;
    private static final long SANE_RPO_MILLIS = 60_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path FAKE_TIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    @TempDir
    private Path folder;

    @AfterEach
    void endLeftovers() throws IOException {
        Leftovers.end(folder);
    }

    @Test
    void namesAGuestThatVanishedDuringItsFirstCopyAndGoesOnWithItsNextLife() throws Exception {
        Path machine = Files.createDirectory(folder.resolve("guest"));
        Path disk = machine.resolve("disk.raw");
        writeRandom(disk);
        try (Appliance appliance = Appliance.start(Nodes.appliance(folder.resolve("data")))) {
            JsonNode job;
            try (StillGuest guest = StillGuest.start(machine, disk, STILL_MEBIBYTES)) {
                job = protect(appliance, guest);
                awaitStatus(
                        appliance,
                        "a copy that is under way",
                        status -> status.hasNonNull("copyKind")
                                && status.path("copyBytesDone").asLong() > 0);
                guest.kill();
            }

            JsonNode met = appliance.awaitError(job, "MONITOR_NOT_REACHABLE");
            assertThat(met.path("state").asText()).isEqualTo("RETRYING");
            assertThat(met.path("error").path("message").asText()).contains("before its first copy was complete");
            assertThat(appliance.phase(NAME)).isEqualTo("INITIAL_REPLICATION");

            try (StillGuest guest = StillGuest.start(machine, disk, STILL_MEBIBYTES)) {
                assertThat(protect(appliance, guest).path("id")).isEqualTo(job.path("id"));
                appliance.awaitSuccess(job);
                assertThat(appliance.phase(NAME)).isEqualTo("PROTECTED");
                JsonNode status =
                        appliance.api().get(MACHINE).path("replication").path("status");
                assertThat(status.path("copyBytesDone")).isEqualTo(status.path("copyBytesTotal"));
                JsonNode coding = appliance
                        .await("how its stream is compressed", LIMIT, MACHINE, found -> found.hasNonNull("coding"))
                        .path("coding");
                assertThat(coding.path("codec").asText()).isIn("LZ4", "ZSTANDARD");
                assertThat(coding.path("reason").asText()).isNotEmpty();
            }
        }
    }

    @Test
    void namesAFullLogDiskWhileTheGuestGoesOnAndSendsTheDeltaAfterwards() throws Exception {
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        try (Appliance first = Appliance.start(settings)) {
            first.node().stop();
        }
        try (SmallDisk disk = SmallDisk.under(folder.resolve("data/agent"), LOG_DISK_MEBIBYTES);
                GuestVm guest = startGuest();
                Appliance appliance = Appliance.start(settings)) {
            GuestConsole console = protectWriting(appliance, guest);
            disk.fill();
            console.bulk(FILLED_MEBIBYTES);
            JsonNode error = appliance
                    .await(
                            "error DISK_FULL",
                            LIMIT,
                            MACHINE,
                            found -> found.path("error").path("code").asText().equals("DISK_FULL"))
                    .path("error");
            assertThat(error.path("object").asText()).isEqualTo("change log");
            awaitMore(console);

            disk.empty();
            appliance.await("no error", LIMIT, MACHINE, found -> !found.hasNonNull("error"));
            JsonNode status = awaitProven(appliance);
            awaitMore(console);
            assertThat(status.path("longestWriteMicros").asLong()).isLessThan(WRITE_BOUND_MICROS);
        }
    }

    @Test
    void keepsTheRestOfTheStoresDiskForMaintenanceWhileTheGuestGoesOnAndTakesItsWritesOnceThereIsRoom()
            throws Exception {
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        try (Appliance first = Appliance.start(settings)) {
            first.node().stop();
        }
        Path store = folder.resolve("data/store");
        try (SmallDisk disk = fillingHoles(SmallDisk.under(store, STORE_DISK_MEBIBYTES), store.resolve("intake"));
                GuestVm guest = startGuest();
                Appliance appliance = Appliance.start(settings)) {
            GuestConsole console = protectWriting(appliance, guest);
            disk.fill();
            JsonNode error = appliance
                    .await(
                            "error DISK_FULL of the store",
                            LIMIT,
                            MACHINE,
                            found ->
                                    found.path("error").path("message").asText().contains("kept for maintenance"))
                    .path("error");
            assertThat(error.path("code").asText()).isEqualTo("DISK_FULL");
            assertThat(error.path("object").asText()).isEqualTo("recovery store");
            assertThat(appliance.api().get("/status").path("findings").findValuesAsText("code"))
                    .contains("store.intake-stopped");
            assertThat(appliance.api().get("/space").path("alarm").asText()).isEqualTo("INTAKE_STOPPED");
            awaitMore(console);

            disk.empty();
            appliance.await("no error", LIMIT, MACHINE, found -> !found.hasNonNull("error"));
            JsonNode status = awaitProven(appliance);
            awaitMore(console);
            assertThat(status.path("longestWriteMicros").asLong()).isLessThan(WRITE_BOUND_MICROS);
            assertThat(appliance.api().get("/space").path("intakeStopped").asBoolean())
                    .isFalse();
        }
    }

    @Test
    void keepsItsOrderWhenTheClockIsSetBackAnHour() throws Exception {
        Path clock = folder.resolve("clock");
        setClock(clock, "+0");
        NodeProcess.Settings usual = Nodes.appliance(folder.resolve("data"));
        NodeProcess.Host host = new NodeProcess.Host(
                List.of(
                        "env",
                        "LD_PRELOAD=" + FAKE_TIME,
                        "FAKETIME_TIMESTAMP_FILE=" + clock,
                        "FAKETIME_CACHE_DURATION=1",
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        // this version of glibc waits by the right clock
                        "FAKETIME_FORCE_MONOTONIC_FIX=0"),
                usual.host().bind(),
                usual.host().address());
        NodeProcess.Settings faked = new NodeProcess.Settings(
                usual.product(), usual.data(), usual.roles(), usual.ports(), usual.more(), host);
        try (GuestVm guest = startGuest();
                Appliance appliance = Appliance.start(faked)) {
            GuestConsole console = protectWriting(appliance, guest);
            JsonNode before = appliance.api().get(MACHINE + "/points/latest");

            setClock(clock, "-3600");
            awaitMore(console);
            JsonNode error = appliance
                    .await(
                            "error CLOCK_SET_BACK",
                            LIMIT,
                            MACHINE,
                            found -> found.path("error").path("code").asText().equals("CLOCK_SET_BACK"))
                    .path("error");
            assertThat(error.path("message").asText()).contains("behind the time of the newest write");
            JsonNode after = appliance.await(
                    "a later point", LIMIT, MACHINE + "/points/latest", point -> sequence(point) > sequence(before));
            assertThat(after.path("utcMillis").asLong())
                    .as("times of points never go back")
                    .isGreaterThanOrEqualTo(before.path("utcMillis").asLong());
            appliance.awaitSuccess(appliance
                    .api()
                    .post(MACHINE + "/markers", Map.of("kind", "CRASH_CONSISTENT", "label", "set back")));
            appliance.awaitSuccess(appliance.api().post(MACHINE + "/resynchronise", Map.of()));
            awaitMore(console);

            JsonNode status = awaitProven(appliance);
            assertThat(status.path("provenSequence").asLong()).isGreaterThan(sequence(after));
            expectOrderedPoints(appliance);
            assertThat(appliance
                            .api()
                            .get(MACHINE)
                            .path("replication")
                            .path("rpoMillis")
                            .asLong())
                    .isBetween(0L, SANE_RPO_MILLIS);
        }
    }

    /** The intake log has room of its own from its making; the copy onto the small disk has holes where it is zero. */
    private static SmallDisk fillingHoles(SmallDisk disk, Path log) throws IOException {
        Files.write(log, Files.readAllBytes(log));
        return disk;
    }

    private static JsonNode protect(Appliance appliance, StillGuest guest) throws Exception {
        return appliance.protect(NAME, guest.monitor(0), guest.outOfBandMonitor(0));
    }

    private GuestVm startGuest() throws IOException {
        Path machine = Files.createDirectory(folder.resolve("guest"));
        GuestImages.ofRepository().copyDisks(machine);
        return GuestVm.boot(GuestVm.Settings.in(machine), () -> 0);
    }

    private static GuestConsole protectWriting(Appliance appliance, GuestVm guest) throws Exception {
        GuestConsole console = guest.console();
        console.run(RATE);
        appliance.awaitSuccess(appliance.protect(NAME, guest.monitor(), guest.outOfBandMonitor()));
        awaitMore(console);
        return console;
    }

    private static void awaitMore(GuestConsole console) {
        console.awaitCommits(console.commits().size() + TRANSACTIONS, LIMIT);
    }

    private static JsonNode awaitStatus(Appliance appliance, String what, Predicate<JsonNode> right) throws Exception {
        return appliance
                .await(
                        what,
                        LIMIT,
                        MACHINE,
                        found -> right.test(found.path("replication").path("status")))
                .path("replication")
                .path("status");
    }

    /** Waits until all that was written when we first look is proven and nothing is copied. */
    private static JsonNode awaitProven(Appliance appliance) throws Exception {
        long given = appliance
                .api()
                .get(MACHINE)
                .path("replication")
                .path("status")
                .path("givenSequence")
                .asLong();
        return awaitStatus(
                appliance,
                "everything up to " + given + " proven",
                status -> status.path("state").asText().equals("READY")
                        && !status.hasNonNull("copyKind")
                        && status.path("provenSequence").asLong() > given);
    }

    private static void expectOrderedPoints(Appliance appliance) throws Exception {
        List<Long> sequences = new ArrayList<>();
        appliance.api().get(MACHINE + "/points").forEach(point -> sequences.add(sequence(point)));
        assertThat(sequences).hasSizeGreaterThan(1).isSortedAccordingTo((one, next) -> Long.compare(next, one));
    }

    private static long sequence(JsonNode point) {
        String position = point.path("position").asText();
        return Long.parseLong(position.substring(position.indexOf(':') + 1));
    }

    /** At no moment is there half a clock. */
    private static void setClock(Path clock, String offset) throws IOException {
        Path next = clock.resolveSibling("clock.next");
        Files.writeString(next, offset + "\n");
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeRandom(Path disk) throws IOException {
        byte[] mebibyte = new byte[1 << 20];
        Random random = new Random(COPIED_MEBIBYTES);
        try (OutputStream out = Files.newOutputStream(disk)) {
            for (int written = 0; written < COPIED_MEBIBYTES; written++) {
                random.nextBytes(mebibyte);
                out.write(mebibyte);
            }
        }
    }
}
