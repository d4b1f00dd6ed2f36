package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.RecoveryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays anchors of a store down in a folder that somebody else keeps, for example a mounted share of another site, on a thread of its own: one at the
 * start and one each period, unless nothing was added. Before that the store is compared with the newest one there. When the store does not hold what
 * that one has seen, nothing more is laid down, so that the difference stays in view until a person has taken the anchor away. A history that is gone
 * is said so and goes on: destroying one is an operation. Anchors are never deleted.
 *
 * <p>One thread calls {@link #run}; everything else is thread-safe.
 *
 * @since 1.0
 */
final class AnchorWitness implements Runnable {

    private static final String SUFFIX = ".anchor";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(AnchorWitness.class);

    /**
     * Where and how often.
     *
     * @param folder has to be there: a share that is not mounted is not made
     * @param period between two anchors, an hour to 366 days
     */
    record Settings(Path folder, Duration period) {

        private static final Duration PERIOD_MIN = Duration.ofHours(1);
        private static final Duration PERIOD_MAX = Duration.ofDays(366);

        Settings {
            if (period.compareTo(PERIOD_MIN) < 0 || period.compareTo(PERIOD_MAX) > 0) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "witnessHours",
                        period.toHours() + " given; expected 1 to " + PERIOD_MAX.toHours());
            }
        }
    }

    private final RecoveryStore store;
    private final Optional<Settings> settings;
    private final TimeSource time;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile String trouble = "";

    /**
     * Lays down for a store.
     *
     * @param store opened; closed by its owner after {@link #run} has ended
     * @param settings where and how often; nothing to do when there are none
     * @param time for the names of files
     */
    AnchorWitness(RecoveryStore store, Optional<Settings> settings, TimeSource time) {
        this.store = store;
        this.settings = settings;
        this.time = time;
    }

    /** Asks {@link #run} to end after the anchor under way. */
    void stop() {
        stopped.countDown();
    }

    /** What is wrong, in words; empty when nothing is. */
    String trouble() {
        return trouble;
    }

    @Override
    public void run() {
        settings.ifPresent(given -> {
            do {
                round(given.folder());
            } while (!isStopped(given.period()));
        });
    }

    private boolean isStopped(Duration after) {
        try {
            return stopped.await(after.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a thread that may be reading the store", e);
        }
    }

    /** Compares and lays down once. */
    void round(Path folder) {
        try {
            Optional<Path> newest = newest(folder);
            Optional<Anchor> before = newest.isPresent() ? Optional.of(read(newest.get())) : Optional.empty();
            trouble = before.map(this::differences).orElse("");
            if (trouble.isEmpty()) {
                layDown(folder, before);
            } else {
                LOG.error("the store is not what its anchor has seen file={} difference={}", newest.get(), trouble);
            }
        } catch (HoldfastException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            failed("folder " + folder + ": " + e);
        }
    }

    private void failed(String found) {
        trouble = "No anchor was laid down: " + found + ".";
        LOG.error("no anchor was laid down reason={}", found);
    }

    private String differences(Anchor before) {
        List<AnchorFinding> findings = store.compare(before);
        findings.stream()
                .filter(finding -> isExplained(finding.kind()))
                .forEach(finding -> LOG.warn(
                        "since the last anchor machine={} kind={} detail={}",
                        finding.machine(),
                        finding.kind(),
                        finding.detail()));
        return findings.stream()
                .filter(finding -> !isExplained(finding.kind()))
                .findFirst()
                .map(finding -> "Machine " + finding.machine() + " is not what the anchor of "
                        + Instant.ofEpochMilli(before.utcMillis()) + " has seen: " + finding.detail() + ".")
                .orElse("");
    }

    /** What operations of the appliance bring about: a history destroyed, a key replaced. */
    private static boolean isExplained(AnchorFinding.Kind kind) {
        return switch (kind) {
            case GONE, SIGNER_CHANGED -> true;
            case SET_BACK, REWRITTEN -> false;
        };
    }

    private void layDown(Path folder, Optional<Anchor> before) throws IOException {
        Anchor anchor = store.anchor(before);
        if (before.isPresent() && isUnchanged(before.get(), anchor)) {
            return;
        }
        Path file = folder.resolve(prefix() + STAMP.format(Instant.ofEpochMilli(time.utcMillis())) + SUFFIX);
        Path draft = folder.resolve(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer content = ByteBuffer.wrap(anchor.toText().getBytes(StandardCharsets.US_ASCII));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        LOG.info("anchor laid down file={} machines={}", file, anchor.heads().size());
    }

    private static boolean isUnchanged(Anchor before, Anchor now) {
        return now.heads().size() == before.heads().size()
                && now.heads().stream()
                        .allMatch(head -> before.head(head.machine())
                                .filter(earlier -> earlier.incarnation() == head.incarnation()
                                        && earlier.entries() == head.entries()
                                        && earlier.block() == head.block())
                                .isPresent());
    }

    private String prefix() {
        return store.storeId() + ".";
    }

    /** The newest by name: names carry the time, and a clock set back shows as one more file, not as none. */
    private Optional<Path> newest(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(prefix()) && name.endsWith(SUFFIX);
                    })
                    .max(Path::compareTo);
        }
    }

    private static Anchor read(Path file) throws IOException {
        if (Files.size(file) > Anchor.CHARACTERS_MAX) {
            throw new IOException(file + " is too large for an anchor");
        }
        return Anchor.parse(Files.readString(file, StandardCharsets.US_ASCII));
    }
}
