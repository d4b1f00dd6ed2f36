package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.StoredBlock;
import io.holdfast.harness.stage.Comparison;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The appliance's disk is set back to an older copy: alone, and together with what the agent remembers. */
@Timeout(400)
class DiskSetBackTest {

    private static final Duration COPY_MAX = Duration.ofSeconds(60);
    private static final int TRANSACTIONS = 20;

    /** What may be sent beside: a bitmap counts in whole blocks, and what was on its way is sent again. */
    private static final long BESIDE_DELTA = 8L << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(RunKind.class)
    void givesNoPositionAndNoNonceTwiceAndTheDeltaArrives(RunKind kind) throws Exception {
        try (Stage stage = Stage.open(kind, Nodes.PRODUCT, GuestImages.ofRepository())) {
            GuestConsole console = stage.guest().console();
            long whole = Watch.protectFilled(stage);
            long written = Watch.guestWrittenBytes(stage);
            Path older = folder.resolve("older");
            stage.stopAppliance();
            copy(stage.data(), older);

            stage.restartAppliance();
            Watch.awaitMore(console, TRANSACTIONS);
            JsonNode lost = Watch.awaitCaughtUp(stage);
            stage.killAppliance();
            List<StoredBlock> blocks =
                    new ArrayList<>(StoredBlock.findAll(stage.data().resolve("store")));
            long given = lost.path("provenSequence").asLong();
            assertThat(blocks)
                    .as("blocks that hold what is lost")
                    .anyMatch(block -> block.firstSequence() + block.sequenceCount() > given);

            putBack(older, stage.data());
            stage.restartAppliance();
            Watch.awaitMore(console, TRANSACTIONS);
            JsonNode status = Watch.awaitCaughtUp(stage);
            long delta = Watch.guestWrittenBytes(stage) - written;
            List<Comparison> compared = Comparison.ofPausedGuest(stage);

            // an agent with a process of its own has counted on
            long sent = status.path("sentBytes").asLong()
                    - (kind == RunKind.SITE ? lost.path("sentBytes").asLong() : 0);
            assertThat(compared).as("source and image").allMatch(Comparison::identical);
            assertThat(sent)
                    .as("sent after the set-back, of %d written since the copy", delta)
                    .isLessThan(Math.min(whole, 2 * delta + BESIDE_DELTA));
            stage.killAppliance();
            blocks.addAll(StoredBlock.findAll(stage.data().resolve("store")));
            expectNothingTwice(blocks);
        }
    }

    /** A block may lie in several places, byte by byte the same; everything else has positions and a key of its own. */
    private static void expectNothingTwice(List<StoredBlock> blocks) {
        Map<String, StoredBlock> byKey = new HashMap<>();
        for (StoredBlock block : blocks) {
            StoredBlock other = byKey.putIfAbsent(block.epoch() + " " + block.digest(), block);
            if (other != null) {
                assertThat(block.sealed())
                        .as("what key and nonces of %s seal", other)
                        .isEqualTo(other.sealed());
            }
        }
        Set<String> positions = new HashSet<>();
        Set<Long> epochs = new HashSet<>();
        for (StoredBlock block : byKey.values()) {
            if (block.opening()) {
                assertThat(epochs.add(block.epoch()))
                        .as("one opening for %s", block)
                        .isTrue();
                continue;
            }
            for (long sequence = block.firstSequence();
                    sequence < block.firstSequence() + block.sequenceCount();
                    sequence++) {
                assertThat(positions.add(block.epoch() + ":" + sequence))
                        .as("position %d:%d is given once", block.epoch(), sequence)
                        .isTrue();
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        ProcessTools.run(COPY_MAX, List.of("cp", "-a", "--sparse=always", from.toString(), to.toString()))
                .orThrow("the copy of " + from);
    }

    /** The folder stays the one that it was, as on a disk that is set back below the file system. */
    private static void putBack(Path older, Path data) throws IOException {
        ProcessTools.run(COPY_MAX, List.of("find", data.toString(), "-mindepth", "1", "-delete"))
                .orThrow("emptying " + data);
        copy(older.resolve("."), data);
    }
}
