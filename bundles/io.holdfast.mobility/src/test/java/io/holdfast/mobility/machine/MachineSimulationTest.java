package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Thousands of random lives of a protected machine, each from a seed that is printed when it fails. */
class MachineSimulationTest {

    private static final int SEEDS = Integer.getInteger("holdfast.simulation.seeds", 200);
    private static final int STEPS = 3_000;

    @Test
    void everyPointIsLegalAndSourceAndStoreBecomeIdenticalWhateverCrashes() {
        long points = run(0, MachineSimulationTest::anything).points();

        assertThat(points).as("points judged").isGreaterThan(SEEDS * 20L);
    }

    @Test
    void nothingIsLostWhenTheStoreIsSetBackToAnOlderCopy() {
        run(1_000_000, MachineSimulationTest::setBacks);
    }

    @Test
    void noEpochIsGivenTwiceWhenStoreAndAgentAreSetBackTogether() {
        run(3_000_000, MachineSimulationTest::setDisksBack);
    }

    private static void setDisksBack(MachineSimulation simulation, Random random) {
        switch (random.nextInt(3_000)) {
            case 0, 1 -> simulation.saveDisk();
            case 2 -> simulation.setDiskBack();
            case 3 -> simulation.crashAgent();
            case 4 -> simulation.store.drop();
            default -> {}
        }
    }

    @Test
    void whatWasNotDurableIsTakenLateOrRefusedForEverOnceOthersWereWritten() {
        long refused = run(4_000_000, MachineSimulationTest::breaks).refusedLate();

        assertThat(refused).as("sessions refused late").isGreaterThan(SEEDS);
    }

    private static void breaks(MachineSimulation simulation, Random random) {
        switch (random.nextInt(600)) {
            case 0 -> simulation.crashAgent();
            case 1 -> simulation.store.drop();
            default -> {}
        }
    }

    private static void setBacks(MachineSimulation simulation, Random random) {
        switch (random.nextInt(3_000)) {
            case 0, 1 -> simulation.store.save();
            case 2 -> simulation.store.setBack();
            case 3 -> simulation.crashAgent();
            case 4 -> simulation.store.drop();
            default -> {}
        }
    }

    @Test
    void clockStepsAndGrowingDisksDoNotDisturb() {
        run(2_000_000, MachineSimulationTest::growing);
    }

    private static void growing(MachineSimulation simulation, Random random) {
        switch (random.nextInt(3_000)) {
            case 0 -> simulation.clock.stepUtc(-3_600_000);
            case 1 -> simulation.clock.stepUtc(3_600_000);
            case 2 -> simulation.growDisk();
            case 3 -> simulation.addDisk();
            case 4 -> simulation.crashAgent();
            default -> {}
        }
    }

    private static void anything(MachineSimulation simulation, Random random) {
        switch (random.nextInt(4_000)) {
            case 0, 1 -> simulation.crashAgent();
            case 2 -> simulation.crashSource();
            case 3, 4 -> simulation.store.drop();
            case 5 -> simulation.source.breakOneMirror("only QEMU notices");
            case 6 -> simulation.store.reachable = false;
            case 7, 8 -> simulation.store.reachable = true;
            case 9 -> simulation.logStorage.full(true);
            case 10, 11 -> simulation.logStorage.full(false);
            case 12 -> simulation.engine.pause(simulation.clock.utcMillis() + 200);
            case 13 -> simulation.engine.resume();
            case 14 -> simulation.engine.resynchronise();
            case 15, 16, 17 -> {
                if (!simulation.source.alive) {
                    simulation.source.restart();
                }
            }
            default -> {}
        }
    }

    /** What was seen in all lives. */
    private record Seen(long points, long refusedLate) {}

    private static Seen run(long firstSeed, BiConsumer<MachineSimulation, Random> fate) {
        long points = 0;
        long refusedLate = 0;
        for (long seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
            try {
                MachineSimulation simulation = new MachineSimulation(seed);
                for (int step = 0; step < STEPS; step++) {
                    simulation.live();
                    fate.accept(simulation, simulation.random);
                }
                simulation.settle();
                simulation.expectIdentical();
                points += simulation.store.pointsChecked;
                refusedLate += simulation.store.refusedLate;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        return new Seen(points, refusedLate);
    }
}
