package io.holdfast.changelog;

import static io.holdfast.changelog.LogFixture.DISKS;
import static io.holdfast.changelog.LogFixture.any;
import static io.holdfast.changelog.LogFixture.proof;
import static io.holdfast.changelog.LogFixture.readAll;
import static io.holdfast.changelog.LogFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random work, random crashes: what was synced is there afterwards, in order, and nothing else was made up. */
class ChangeLogCrashTest {

    private static final int SEEDS = 1_000;
    private static final int STEPS = 40;

    @Test
    void recoversWhatWasLoggedAfterCrashesAtRandomMoments() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Run(seed).play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final CrashStorage storage;
        private final boolean encrypted;
        /** Everything that may be found again: index is sequence - 1. */
        private final List<StreamRecord> appended = new ArrayList<>();

        private ChangeLog log;
        private long epoch = 1;
        private long released;
        private long synced;

        Run(long seed) {
            random = new Random(seed);
            storage = new CrashStorage(random);
            encrypted = seed % 4 == 0;
            log = ChangeLog.open(storage, settings(encrypted), random);
            log.begin(epoch, 1, DISKS);
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> crash();
                    case 1 -> {
                        released = synced == 0 ? 0 : Math.max(released, random.nextLong(synced + 1));
                        log.release(released);
                        log.tidy();
                    }
                    case 2 -> {
                        log.sync();
                        synced = appended.size();
                        log.begin(epoch, appended.size() + 1L, DISKS);
                    }
                    case 3 -> {
                        log.rest();
                        synced = log.loggedSequence();
                    }
                    case 4, 5, 6 -> {
                        assertThat(log.sync()).isEqualTo(appended.size());
                        synced = appended.size();
                    }
                    default -> append();
                }
            }
            crash();
        }

        private void append() {
            List<StreamRecord> records = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                StreamRecord entry = any(random, appended.size() + 1L);
                records.add(entry);
                appended.add(entry);
            }
            if (random.nextInt(3) == 0) {
                records.add(proof(appended.size()));
            }
            assertThat(log.append(epoch, records)).isTrue();
        }

        private void crash() {
            storage.crash();
            log = ChangeLog.open(storage, settings(encrypted), random);
            LogRecovery recovery = log.recovery();
            assertThat(recovery.damage()).isEmpty();
            assertThat(recovery.loggedSequence()).isBetween(synced, (long) appended.size());
            assertThat(recovery.firstSequence()).isBetween(1L, released + 1);
            appended.subList(Math.toIntExact(recovery.loggedSequence()), appended.size())
                    .clear();
            epoch++;
            log.begin(epoch, appended.size() + 1L, DISKS);
            synced = appended.size();
            List<StreamRecord> found = readAll(log, recovery.firstSequence()).stream()
                    .filter(entry -> !(entry instanceof StreamRecord.Proof))
                    .toList();
            assertThat(found)
                    .isEqualTo(appended.subList(Math.toIntExact(recovery.firstSequence() - 1), appended.size()));
        }
    }
}
