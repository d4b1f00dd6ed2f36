package io.holdfast.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuestVmTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final GuestImages images;
    private final Path folder;

    GuestVmTest(@TempDir Path folder) throws IOException {
        this.images = GuestImages.ofRepository();
        this.folder = folder;
    }

    @Test
    void losesNothingThatWasAcknowledgedWhenQemuIsKilled() throws IOException {
        images.copyDisks(folder);
        AtomicLong stamp = new AtomicLong(1);
        GuestVm.Settings settings = GuestVm.Settings.in(folder);
        List<Commit> commits;
        try (GuestVm machine = GuestVm.boot(settings, stamp::get)) {
            machine.console().run(0);
            machine.console().awaitCommits(150, LIMIT);
            stamp.set(2);
            machine.console().awaitCommits(300, LIMIT);
            machine.kill();
            Waiting.until("the console ends", LIMIT, machine.console()::ended);
            commits = machine.console().commits();
        }

        DiskContents inside;
        try (GuestVm machine = GuestVm.boot(settings, stamp::get)) {
            inside = machine.console().verify(LIMIT);
            assertThat(machine.console().kernelErrors()).isEmpty();
            machine.console().powerOff();
            machine.awaitEnd(LIMIT);
        }

        Verdict verdict = Verifier.judge(inside, commits, Verifier.EVERYTHING);
        assertThat(verdict.complete()).as(verdict.toString()).isTrue();
        assertThat(verdict.acknowledged().size()).isGreaterThanOrEqualTo(300);
        assertThat(Verifier.judge(inside, commits, 1).acknowledged().size())
                .isBetween(150, verdict.acknowledged().size() - 1);
        assertThat(offline()).isEqualTo(inside);
    }

    @Test
    void findsFromOutsideWhatACrashHasLeftAndWhatSomebodyHasChanged() throws IOException {
        images.copyDisks(folder);
        List<Commit> commits;
        try (GuestVm machine =
                GuestVm.boot(GuestVm.Settings.in(folder).withIoThread().withExtraDisks(List.of(1_000_448L)), () -> 0)) {
            machine.console().run(100);
            machine.console().awaitCommits(60, LIMIT);
            machine.console().stop();
            machine.console().bulk(2);
            assertThat(machine.console().longestStepMillis(LIMIT)).isBetween(0.001, 30_000.0);
            commits = machine.console().commits();
            try (GuestMonitor monitor = machine.openMonitor()) {
                assertThat(monitor.execute("query-block")).hasSize(3);
            }
            machine.console().close();
            try (GuestConsole late = GuestConsole.connect(machine.consoleSocket(), () -> 0)) {
                late.awaitAnswering(LIMIT);
                assertThat(late.verify(LIMIT).rows().size()).isEqualTo(commits.size());
            }
            machine.kill();
        }
        Path disk0 = folder.resolve("disk0.raw");

        assertThat(Verifier.judge(offline(), commits, Verifier.EVERYTHING).complete())
                .isTrue();
        assertThat(damageOneRecord(disk0)).isTrue();
        Verdict damaged = Verifier.judge(offline(), commits, Verifier.EVERYTHING);

        assertThat(damaged.torn().size()).as(damaged.toString()).isEqualTo(1);
        assertThat(damaged.consistent()).isFalse();
    }

    private DiskContents offline() throws IOException {
        Path copies = Files.createDirectories(folder.resolve("copies"));
        for (String disk : List.of("disk0.raw", "disk1.raw")) {
            GuestImages.copySparse(folder.resolve(disk), copies.resolve(disk));
        }
        return new OfflineChecks(copies).check(copies.resolve("disk0.raw"), copies.resolve("disk1.raw"));
    }

    /** Changes one byte inside the newest record that is found on a block's border; false when there is none. */
    private static boolean damageOneRecord(Path disk) throws IOException {
        byte[] magic = "HFRECORD".getBytes(StandardCharsets.US_ASCII);
        byte[] block = new byte[4096];
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            for (long at = file.length() / block.length * block.length - block.length;
                    at >= GuestImages.FILES_OFFSET;
                    at -= block.length) {
                file.seek(at);
                file.readFully(block);
                if (Arrays.equals(block, 0, magic.length, magic, 0, magic.length)) {
                    file.seek(at + 100);
                    file.write(block[100] ^ 1);
                    return true;
                }
            }
        }
        return false;
    }
}
