package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.EventSubscription;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.HealthView;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.configserver.StoreSpaceView;
import io.holdfast.model.AuditEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alarms of a recovery store that fills up, as those hear of them who watch and those who ask. */
class SpaceAlarmTest {

    private static final long GIB = 1L << 30;
    private static final int LOOK_MILLIS = 1_800_000;
    private static final int LOOKS_AN_HOUR = 2;
    private static final long DAY_MILLIS = 86_400_000L;

    private final World world;

    /** The catalog is that of all tests, and no audit entry ever goes. */
    private final long auditedBefore;

    SpaceAlarmTest(@TempDir Path folder) {
        world = new World(folder);
        world.store.reserveBytes = 10 * GIB;
        world.store.freeBytes = 410 * GIB;
        auditedBefore = world.server().access().audit(ADMIN, Long.MAX_VALUE, 1).stream()
                .mapToLong(AuditEntry::number)
                .sum();
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** Time passes while the store is filled, or cleaned, evenly. */
    private void pass(double hours, double gibAnHour) {
        double free = world.store.freeBytes;
        for (int look = 0; look < hours * LOOKS_AN_HOUR; look++) {
            world.time.advanceMillis(LOOK_MILLIS);
            free -= gibAnHour * GIB / LOOKS_AN_HOUR;
            world.store.freeBytes = (long) free;
            world.round();
        }
    }

    private HealthView health() {
        return world.server().health().check(ADMIN);
    }

    private List<String> codes() {
        return health().findings().stream()
                .map(Finding::code)
                .filter(code -> code.startsWith("store."))
                .toList();
    }

    private static List<SpaceAlarm> alarms(EventSubscription events) throws InterruptedException {
        List<SpaceAlarm> alarms = new ArrayList<>();
        for (Optional<ControlEvent> next = events.next(0); next.isPresent(); next = events.next(0)) {
            if (next.get() instanceof ControlEvent.StoreAlarm alarm) {
                alarms.add(alarm.alarm());
            }
        }
        return alarms;
    }

    @Test
    void raisesEachAlarmOnceOnTheWayToAFullStoreAndEndsThemOnceThereIsRoom() throws InterruptedException {
        EventSubscription events = world.server().events().subscribe(ADMIN);
        pass(24, 2);
        assertThat(codes()).isEmpty();

        pass(30, 4);
        assertThat(codes()).containsExactly("store.filling");
        pass(56, 4);
        assertThat(health().findings().getFirst().message()).contains("hours");
        assertThat(health().storeFullInMillis()).isNotNull();
        pass(3, 4);
        world.store.freeBytes = world.store.reserveBytes - 1;
        pass(0.1, 0);

        assertThat(codes()).containsExactly("store.intake-stopped");
        assertThat(health().storeIntakeStopped()).isTrue();
        assertThat(health().storeFullInMillis()).isZero();
        assertThat(alarms(events))
                .containsExactly(SpaceAlarm.WEEK, SpaceAlarm.DAY, SpaceAlarm.HOUR, SpaceAlarm.INTAKE_STOPPED);

        world.store.freeBytes = 1_000 * GIB;
        pass(0.1, 0);
        assertThat(codes()).isEmpty();
        assertThat(alarms(events)).containsExactly(SpaceAlarm.NONE);
        assertThat(audited()).containsExactly("ended", "raised", "raised", "raised", "raised");
    }

    @ParameterizedTest
    @CsvSource({"30, 2.5, WEEK", "10, 20, DAY", "1, 300, HOUR"})
    void alarmThatLastsIsToldAtTheFirstLookAfterARestartWhateverTheClockSays(
            double hours, double gibAnHour, SpaceAlarm alarm) throws InterruptedException {
        pass(hours, gibAnHour);
        assertThat(codes()).containsExactly("store.filling");
        Long before = health().storeFullInMillis();

        world.time.advanceMillis(3 * DAY_MILLIS);
        world.time.setWallClockBack(3_650 * DAY_MILLIS);
        world.restart();
        EventSubscription events = world.server().events().subscribe(ADMIN);
        world.round();

        assertThat(alarms(events)).containsExactly(alarm);
        assertThat(codes()).containsExactly("store.filling");
        assertThat(health().storeFullInMillis()).isCloseTo(before, withinPercentage(1));
        assertThat(audited()).startsWith("lasts", "raised").endsWith("raised");
    }

    @Test
    void whatWasTakenWhileNobodyLookedIsNoRush() {
        pass(30, 0.1);

        world.time.advanceMillis(DAY_MILLIS);
        world.store.freeBytes -= 300 * GIB;
        world.restart();
        pass(0.5, 0.1);

        assertThat(codes()).isEmpty();
        assertThat(world.server().health().space(ADMIN).growthBytesPerDay())
                .isCloseTo((long) (2.4 * GIB), withinPercentage(5));
    }

    @Test
    void alarmThatEndedMeanwhileIsToldToo() throws InterruptedException {
        pass(10, 20);

        world.store.freeBytes = 100_000 * GIB;
        world.restart();
        EventSubscription events = world.server().events().subscribe(ADMIN);
        world.round();

        assertThat(alarms(events)).containsExactly(SpaceAlarm.NONE);
        assertThat(audited()).containsExactly("ended", "raised");
    }

    private List<String> audited() {
        return world.server().access().audit(ADMIN, Long.MAX_VALUE, 100).stream()
                .filter(entry ->
                        entry.number() > auditedBefore && entry.action().equals("store.alarm"))
                .map(AuditEntry::outcome)
                .toList();
    }

    @Test
    void tellsWhoTakesTheRoom() {
        FakeAgent agent = world.enrol("host-1");
        MachineId machine = world.protectedMachine("web", agent);

        StoreSpaceView space = world.server().health().space(ADMIN);

        assertThat(space.freeBytes()).isEqualTo(410 * GIB);
        assertThat(space.reserveBytes()).isEqualTo(10 * GIB);
        assertThat(space.alarm()).isEqualTo(SpaceAlarm.NONE);
        assertThat(space.fullInMillis()).isNull();
        assertThat(space.reachMillis()).isZero();
        assertThat(space.machines()).singleElement().satisfies(history -> {
            assertThat(history.machine()).isEqualTo(machine);
            assertThat(history.name()).isEqualTo("web");
            assertThat(history.historyBytes()).isEqualTo(world.store.dataBytes(machine));
            assertThat(history.liveBytes()).isEqualTo(history.historyBytes() - history.reclaimableBytes());
        });
    }
}
