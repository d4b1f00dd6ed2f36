package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.Pin;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.ResidentKeys;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.internal.store.StoreOpener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random history with branches, whose policy changes while it grows and is cleaned: at the end of each stretch, random points are compared with the
 * plain model, retired and cleaned away around, and compared again. Images are held open throughout.
 */
public final class ThinningRun {

    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 128 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10);
    private static final int STRETCHES = 4;
    private static final int STEPS = 60;
    private static final int POINTS = 12;
    private static final int IMAGES_MOST = 3;
    private static final long MINUTE = 60_000;

    private final long seed;
    private final Random random;
    private final SimulatedFiles files;
    private final HandClock clock = new HandClock();
    private final StoreDriver driver;
    private final Map<PointImage, Position> open = new HashMap<>();
    private RecoveryStore store;
    private MachineHistory history;
    private long before;
    private long both;
    private long after;
    private long bytesBefore;
    private long bytesAfter;

    /**
     * Begins a history.
     *
     * @param seed makes all of it
     */
    public ThinningRun(long seed) {
        this.seed = seed;
        random = new Random(seed);
        files = new SimulatedFiles(seed);
        driver = new StoreDriver(seed, 60_000, 20_000);
        store = open();
        history = store.create(driver.machine());
        driver.openEpoch(history, false);
    }

    /** Every second history is one that the store has the keys of. */
    private RecoveryStore open() {
        ResidentKeys keys = seed % 2 == 0 ? _ -> Optional.of(driver.keys()) : ResidentKeys.NONE;
        return StoreOpener.open(files, SETTINGS, clock, Optional.empty(), keys);
    }

    /** How many points were equal to the model before a cleaning. */
    public long before() {
        return before;
    }

    /** How many of them were kept, and equal to it after the cleaning too. */
    public long both() {
        return both;
    }

    /** How many points were equal to the model after a cleaning, those and others. */
    public long after() {
        return after;
    }

    /** Bytes of segments before the last cleaning of each stretch, added up. */
    public long bytesBefore() {
        return bytesBefore;
    }

    /** Bytes of segments after it. */
    public long bytesAfter() {
        return bytesAfter;
    }

    /**
     * Plays.
     *
     * @throws AssertionError when a kept point is not what it was; it names the seed
     */
    public void play() {
        try {
            for (int stretch = 0; stretch < STRETCHES; stretch++) {
                for (int step = 0; step < STEPS; step++) {
                    act();
                }
                compareAroundCleaning();
            }
            open.keySet().forEach(PointImage::close);
            Expect.that(store.damages().isEmpty(), "no damage, found " + store.damages());
            store.close();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private void act() {
        switch (random.nextInt(20)) {
            case 0 -> driver.openEpoch(history, random.nextBoolean());
            case 1, 2, 3 -> commit();
            case 4, 5, 6 -> pass(random.nextLong(90 * MINUTE));
            case 7 -> history.setRetention(policy());
            case 8 -> pinOrUnpin();
            case 9 -> openOrClose();
            case 10 -> {
                if (open.isEmpty() && random.nextInt(3) == 0) {
                    reopen();
                }
            }
            default -> driver.append(history, 20);
        }
    }

    private void commit() {
        store.commit().forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
    }

    private void pass(long millis) {
        driver.pass(millis);
        for (long passed = 0; passed < millis; passed += 5 * MINUTE) {
            clock.pass(5 * MINUTE);
            store.maintain();
        }
    }

    private RetentionPolicy policy() {
        return new RetentionPolicy(
                        random.nextLong(3 * RetentionPolicy.HOUR_MILLIS),
                        random.nextInt(30),
                        random.nextInt(10),
                        random.nextInt(3),
                        random.nextInt(2),
                        random.nextLong(RetentionPolicy.DAY_MILLIS),
                        0)
                .withCold(new ColdTier(random.nextLong(6 * RetentionPolicy.HOUR_MILLIS), random.nextInt(3)));
    }

    private void pinOrUnpin() {
        List<Pin> pins = history.pins();
        if (!pins.isEmpty() && random.nextBoolean()) {
            history.unpin(pins.getFirst().id());
        } else {
            kept().ifPresent(position -> history.pin(position, "random"));
        }
    }

    private void openOrClose() {
        if (open.size() >= IMAGES_MOST) {
            PointImage image = open.keySet().iterator().next();
            driver.checkImage(image, open.getOrDefault(image, Position.ORIGIN));
            open.remove(image);
            image.close();
        } else {
            kept().ifPresent(position -> open.put(history.openUnproven(position, driver.keys()), position));
        }
    }

    private void reopen() {
        store.close();
        store = open();
        history = store.find(driver.machine()).orElseThrow();
        driver.resume(history);
        driver.checkHead(history);
    }

    /** A random durable sequence that is not retired. */
    private Optional<Position> kept() {
        TreeMap<Long, Long> known = new TreeMap<>(
                driver.model().sequences().headMap(history.head().position().sequence(), true));
        if (known.isEmpty()) {
            return Optional.empty();
        }
        long chosen = 1 + random.nextLong(known.lastKey());
        return StoreDriver.isRetired(history, chosen)
                ? Optional.empty()
                : Optional.of(new Position(known.getOrDefault(chosen, 0L), chosen));
    }

    private void compareAroundCleaning() {
        commit();
        List<Position> points = new ArrayList<>();
        for (int tried = 0; tried < 20 * POINTS && points.size() < POINTS; tried++) {
            kept().ifPresent(points::add);
        }
        points.forEach(position -> driver.checkImage(history, position));
        before += points.size();
        bytesBefore += segmentBytes();
        history.setRetention(policy());
        pass(12 * RetentionPolicy.HOUR_MILLIS);
        while (store.maintain()) {
            // until everything is sealed and cleaned
        }
        bytesAfter += segmentBytes();
        for (Position position : points) {
            if (!StoreDriver.isRetired(history, position.sequence())) {
                driver.checkImage(history, position);
                both++;
                after++;
            }
        }
        for (int tried = 0; tried < 20 * POINTS; tried++) {
            kept().ifPresent(position -> {
                driver.checkImage(history, position);
                after++;
            });
        }
        open.forEach((image, position) -> driver.checkImage(image, position));
        driver.checkHead(history);
    }

    private long segmentBytes() {
        return files.paths().stream()
                .filter(path -> path.endsWith(".seg") || path.endsWith(".open"))
                .mapToLong(path -> files.content(path).length)
                .sum();
    }
}
