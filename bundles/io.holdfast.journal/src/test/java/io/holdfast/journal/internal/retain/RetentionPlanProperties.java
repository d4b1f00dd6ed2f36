package io.holdfast.journal.internal.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.internal.format.ProvenSpan;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The plan, on random histories with branches, steps of the source's clock, gaps, pins and changing policies, against a plain list of points. */
class RetentionPlanProperties {

    private static final long HOUR = RetentionPolicy.HOUR_MILLIS;
    private static final long DAY = RetentionPolicy.DAY_MILLIS;

    @Property(tries = 50)
    void keepsExactlyWhatAPlainListOfPointsSays(@ForAll long seed) {
        Play play = new Play(seed);
        for (int round = 0; round < 25; round++) {
            play.grow();
            play.changePolicy();

            SequenceSet before = play.retired;
            Set<Long> expected = play.keptByPlainRules();
            play.retired = play.plan();

            assertThat(play.kept()).isEqualTo(expected);
            assertThat(before.without(play.retired).isEmpty())
                    .as("what was retired stays retired")
                    .isTrue();
            assertThat(play.plan()).as("a second time").isEqualTo(play.retired);
        }
    }

    @Property(tries = 100)
    void retiresNothingYoungerThanWindowAndLockNorWhatIsHeld(@ForAll long seed) {
        Play play = new Play(seed);
        for (int round = 0; round < 25; round++) {
            play.grow();
            play.changePolicy();

            play.retired = play.plan();

            long young = Math.max(play.policy.fullDensityMillis(), play.policy.lockMillis());
            play.arrived.forEach((sequence, clock) -> {
                if (play.clock - clock < young && !play.retiredEarlier.contains(sequence)) {
                    assertThat(play.retired.contains(sequence))
                            .as("sequence %d, %d ms old, window %d ms", sequence, play.clock - clock, young)
                            .isFalse();
                }
            });
            assertThat(play.held).noneMatch(play.retired::contains);
            play.retiredEarlier = play.retired;
        }
    }

    /** A history that grows at random. */
    private static final class Play implements PointLabels {

        private final Random random;
        private final TreeMap<Long, Long> times = new TreeMap<>();
        private final TreeMap<Long, Long> arrived = new TreeMap<>();
        private final TreeMap<Long, Integer> lineOf = new TreeMap<>();
        private final Set<Long> markers = new HashSet<>();
        private final Set<Long> held = new TreeSet<>();
        private final List<Lines.Line> lines = new ArrayList<>();
        private final List<ProvenSpan> spans = new ArrayList<>();
        private RetentionPolicy policy;
        private Arrivals arrivals = Arrivals.NONE;
        private SequenceSet retired = SequenceSet.EMPTY;
        private SequenceSet retiredEarlier = SequenceSet.EMPTY;
        private long clock;
        private long utcMillis;
        private long last;
        private int line = -1;

        Play(long seed) {
            random = new Random(seed);
            utcMillis = Instant.parse("2025-12-20T00:00:00Z").toEpochMilli() + random.nextLong(20 * DAY);
            policy = randomPolicy();
        }

        /** An epoch: the source's clock may have stepped; its first records may be unproven. */
        void grow() {
            utcMillis += random.nextInt(5) == 0 ? random.nextLong(-40 * DAY, 400 * DAY) : 0;
            boolean branch = last > 1 && random.nextInt(4) == 0;
            long parent = branch ? 1 + random.nextLong(last - 1) : last;
            line += branch || line < 0 ? 1 : 0;
            long first = last + 1;
            int count = 1 + random.nextInt(40);
            long pace = new long[] {HOUR / 6, HOUR, 5 * HOUR, 3 * DAY}[random.nextInt(4)];
            for (int index = 0; index < count; index++) {
                long passed = random.nextLong(pace);
                clock += passed;
                utcMillis += passed;
                last++;
                times.put(last, utcMillis);
                arrived.put(last, clock);
                lineOf.put(last, line);
                if (random.nextInt(15) == 0) {
                    markers.add(last);
                }
                if (arrivals.isDue(clock)) {
                    arrivals = arrivals.with(new Arrivals.Sample(clock, last, last * 100));
                }
            }
            Lines.Line before = branch || lines.isEmpty() ? new Lines.Line(first, last, parent) : lines.removeLast();
            lines.add(new Lines.Line(before.first(), last, before.parent()));
            long proven = first + random.nextInt(count);
            spans.add(new ProvenSpan(lines.size(), proven, last));
            if (random.nextInt(3) == 0) {
                long pinned = 1 + random.nextLong(last);
                if (!retired.contains(pinned)) {
                    held.add(pinned);
                }
            }
            held.removeIf(_ -> random.nextInt(8) == 0);
        }

        void changePolicy() {
            if (random.nextInt(4) == 0) {
                policy = randomPolicy();
            }
        }

        private RetentionPolicy randomPolicy() {
            long lock = random.nextBoolean() ? 0 : random.nextLong(20 * DAY);
            return new RetentionPolicy(
                    lock + random.nextLong(10 * DAY),
                    random.nextInt(60),
                    random.nextInt(40),
                    random.nextInt(10),
                    random.nextInt(4),
                    random.nextLong(100 * DAY),
                    lock);
        }

        SequenceSet plan() {
            try {
                RetentionPlan.Moment moment = new RetentionPlan.Moment(clock, arrivals, new Lines(lines), spans);
                return new RetentionPlan(policy, moment, this).retire(retired, held);
            } catch (java.io.IOException | io.holdfast.journal.internal.format.DamagedException e) {
                throw new AssertionError(e);
            }
        }

        Set<Long> kept() {
            Set<Long> kept = new TreeSet<>(times.keySet());
            kept.removeIf(retired::contains);
            return kept;
        }

        /** Every rule as an operator would say it, point by point. */
        Set<Long> keptByPlainRules() {
            long window = Math.max(policy.fullDensityMillis(), policy.lockMillis());
            Set<Long> kept = new TreeSet<>();
            Set<String> firsts = new HashSet<>();
            for (long sequence : times.keySet()) {
                if (retired.contains(sequence)) {
                    continue;
                }
                long age = clock - surelyArrived(sequence);
                boolean proven = spans.stream().anyMatch(span -> span.first() <= sequence && sequence <= span.last());
                if (age < window || held.contains(sequence)) {
                    kept.add(sequence);
                }
                if (age < window || !proven) {
                    continue;
                }
                Collection<String> periods = periods(sequence, age);
                if (periods.stream().map(firsts::add).toList().contains(true)) {
                    kept.add(sequence);
                }
                if (markers.contains(sequence) && age < policy.markersMillis()) {
                    kept.add(sequence);
                }
            }
            return kept;
        }

        private long surelyArrived(long sequence) {
            return arrivals.samples().stream()
                    .filter(sample -> sample.sequence() >= sequence)
                    .mapToLong(Arrivals.Sample::clockMillis)
                    .findFirst()
                    .orElse(Long.MAX_VALUE / 2);
        }

        private List<String> periods(long sequence, long age) {
            ZonedDateTime time =
                    Instant.ofEpochMilli(times.getOrDefault(sequence, 0L)).atZone(ZoneOffset.UTC);
            String where = "line " + lineOf.get(sequence) + " ";
            List<String> periods = new ArrayList<>();
            if (age < policy.hourly() * HOUR) {
                periods.add(where + time.truncatedTo(ChronoUnit.HOURS));
            }
            if (age < policy.daily() * DAY) {
                periods.add(where + time.toLocalDate());
            }
            if (age < policy.weekly() * 7 * DAY) {
                periods.add(where + "week " + time.get(IsoFields.WEEK_BASED_YEAR) + "/"
                        + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            }
            if (age < policy.yearly() * 366 * DAY) {
                periods.add(where + "year " + time.getYear());
            }
            return periods;
        }

        @Override
        public long utcMillis(long sequence) {
            return times.getOrDefault(sequence, 0L);
        }

        @Override
        public List<Long> markers(long first, long last) {
            return markers.stream()
                    .filter(sequence -> first <= sequence && sequence <= last)
                    .toList();
        }
    }
}
