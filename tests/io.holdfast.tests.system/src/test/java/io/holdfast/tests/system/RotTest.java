package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.base.HoldfastException;
import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.Waiting;
import io.holdfast.harness.appliance.NodeProcess;
import io.holdfast.journal.PointImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One bit of a sealed segment flips on the disk of the store, while the machine that it is about goes on. */
@Timeout(900)
class RotTest {

    private static final String NAME = "rot";
    private static final String MACHINE = "/machines/" + NAME;

    /** More than a segment holds, so that the first one is sealed. */
    private static final long DISK_BYTES = 272L << 20;

    private static final int PIECE_BYTES = 1 << 20;
    private static final Duration COPY_MAX = Duration.ofSeconds(300);
    private static final Duration SCRUBBED_MAX = Duration.ofSeconds(400);
    private static final Duration SOON = Duration.ofSeconds(120);

    /** What a source says in a session beside the data: an epoch's first records, proofs. */
    private static final long BESIDE_BYTES_MAX = 64 << 10;

    private static final Pattern ASKED =
            Pattern.compile("lost ranges are asked for again .*ranges=(\\d+) bytes=(\\d+)");

    @TempDir
    private Path folder;

    @Test
    void onlyTheDamagedRangesAreReadAgainFromTheRunningSourceAndTheNewestPointIsWhole() throws Exception {
        Path disk = folder.resolve("disk.raw");
        fill(disk);
        NodeProcess.Settings settings = Nodes.appliance(folder.resolve("data"));
        try (StillGuest guest = StillGuest.start(Files.createDirectory(folder.resolve("vm")), disk, 64)) {
            try (Appliance appliance = Appliance.start(settings)) {
                JsonNode job = appliance.protect(NAME, guest.monitor(0), guest.outOfBandMonitor(0));
                appliance.api().awaitJob(job.path("id").asText(), COPY_MAX);
                Waiting.until("a segment is sealed", SOON, () -> sealed().isPresent());
                appliance.node().stop();
            }
            long damaged = newest();
            flipABit(sealed().orElseThrow());
            Files.deleteIfExists(store().resolve("scrub"));

            try (Appliance appliance = Appliance.start(settings)) {
                Matcher asked = awaitAsked();
                long lost = Long.parseLong(asked.group(2));
                JsonNode mended = appliance.await(
                        "what was lost is sent and proven",
                        SOON,
                        MACHINE,
                        machine -> isCaughtUp(machine) && status(machine, "sentBytes") >= lost);
                long sent = status(mended, "sentBytes");
                System.out.println("lost ranges=" + asked.group(1) + " bytes=" + lost + " sent bytes=" + sent + " of "
                        + DISK_BYTES);
                assertThat(sent).as("of %d lost", lost).isLessThan(lost + BESIDE_BYTES_MAX);

                write(guest);
                appliance.await(
                        "the guest's write is proven",
                        SOON,
                        MACHINE,
                        machine -> isCaughtUp(machine)
                                && status(machine, "givenSequence") > status(mended, "givenSequence"));
                appliance.node().stop();
            }
            expectWhole(disk);
            expectRefusedInside(damaged);
        }
    }

    private Path store() {
        return folder.resolve("data/store");
    }

    private static void fill(Path disk) throws IOException {
        Random random = new Random(5);
        byte[] piece = new byte[PIECE_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            for (long at = 0; at < DISK_BYTES; at += PIECE_BYTES) {
                random.nextBytes(piece);
                file.write(piece);
            }
        }
    }

    private Optional<Path> sealed() throws IOException {
        try (Stream<Path> files = Files.walk(store().resolve("machines"))) {
            return files.filter(file -> file.toString().endsWith(".seg")).findFirst();
        }
    }

    /** The newest point of the store at rest. */
    private long newest() {
        try (StoppedStore store = StoppedStore.open(folder.resolve("data"))) {
            return store.points().latestProven().orElseThrow().position().sequence();
        }
    }

    /** In the last byte of a batch, in the middle of the segment; {@code docs/formats/batch.md} says where that is. */
    private static void flipABit(Path segment) throws IOException {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN);
            int at = bytes.limit() / 2;
            while (bytes.getInt(at + 4) != 0x31424648 || bytes.getInt(at + 16) <= bytes.getInt(at + 12)) {
                at++;
            }
            int last = at + bytes.getInt(at + 16) - 1;
            bytes.put(last, (byte) (bytes.get(last) ^ 1));
        }
    }

    private Matcher awaitAsked() throws IOException {
        Path log = folder.resolve("data/logs/holdfast.log");
        Waiting.until("the scrub finds it", SCRUBBED_MAX, () -> asked(log).isPresent());
        return asked(log).orElseThrow();
    }

    private static Optional<Matcher> asked(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(ASKED::matcher).filter(Matcher::find).findFirst();
        }
    }

    private static boolean isCaughtUp(JsonNode machine) {
        return machine.path("replication").path("status").path("state").asText().equals("READY")
                && status(machine, "provenSequence") == status(machine, "givenSequence");
    }

    private static long status(JsonNode machine, String figure) {
        return machine.path("replication").path("status").path(figure).asLong();
    }

    /** Through the guest's own device, as its processor would, did it not stand still. */
    private static void write(StillGuest guest) throws IOException {
        String line = "qemu-io -d /machine/peripheral/disk/virtio-backend \"write -P 7 5M 64k\"";
        try (GuestMonitor monitor = GuestMonitor.connect(guest.monitor(1))) {
            JsonNode said = monitor.execute(
                    "human-monitor-command", GuestMonitor.arguments().put("command-line", line));
            assertThat(said.asText()).as("what QEMU complains of").isEmpty();
        }
    }

    private void expectWhole(Path disk) throws IOException {
        try (StoppedStore store = StoppedStore.open(folder.resolve("data"));
                PointImage image = store.openPoint(
                        store.points().latestProven().orElseThrow().position().sequence());
                FileChannel source = FileChannel.open(disk)) {
            int number = image.disks().disks().getFirst().number();
            for (long at = 0; at < DISK_BYTES; at += PIECE_BYTES) {
                ByteBuffer found = ByteBuffer.allocate(PIECE_BYTES);
                image.read(number, at, found);
                ByteBuffer wanted = ByteBuffer.allocate(PIECE_BYTES);
                source.read(wanted, at);
                assertThat(found.flip().mismatch(wanted.flip()))
                        .as("first difference behind %d", at)
                        .isEqualTo(-1);
            }
        }
    }

    private void expectRefusedInside(long sequence) {
        try (StoppedStore store = StoppedStore.open(folder.resolve("data"));
                PointImage image = store.openPoint(sequence)) {
            int number = image.disks().disks().getFirst().number();
            assertThatThrownBy(() -> {
                        for (long at = 0; at < DISK_BYTES; at += PIECE_BYTES) {
                            image.read(number, at, ByteBuffer.allocate(PIECE_BYTES));
                        }
                    })
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e).hasMessageContaining("are not concerned"));
        }
    }
}
