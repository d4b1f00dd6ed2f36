package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.SocketRelay;
import io.holdfast.harness.StoredBlock;
import io.holdfast.harness.Waiting;
import io.holdfast.harness.stage.Comparison;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The agent is killed while writes are on their way that are neither durable nor in any log that is left. The guest writes others, which get the
 * same sequences in a new epoch. Then the old ones arrive.
 */
@Timeout(400)
class UndurableWritesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRANSACTIONS = 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void whatArrivesOfAnOlderEpochIsRefusedAndTheImageIsTheSource() throws Exception {
        try (Stage stage = Stage.open(RunKind.SITE, Nodes.PRODUCT, GuestImages.ofRepository())) {
            GuestConsole console = stage.guest().console();
            Watch.protectWriting(stage);
            stage.killAgent();
            try (SocketRelay relay = inFrontOfTheProcessServer(stage)) {
                stage.restartAgent();
                JsonNode before = Watch.awaitCaughtUp(stage);
                long refusals = refusals(stage);

                relay.hold();
                Watch.awaitMore(console, TRANSACTIONS);
                assertThat(stage.givenSequence())
                        .as("sequence given; what is durable lies behind it")
                        .isGreaterThan(before.path("givenSequence").asLong());
                stage.killAgent();
                loseLog(stage);
                Watch.awaitMore(console, TRANSACTIONS);
                stage.restartAgent();
                JsonNode after = Watch.awaitCaughtUp(stage);
                relay.release();

                Waiting.until("the old session is refused", SOON, () -> refusals(stage) > refusals);
                assertThat(Comparison.ofPausedGuest(stage)).allMatch(Comparison::identical);
                expectSealed(
                        stage,
                        before.path("epoch").asLong(),
                        after.path("epoch").asLong());
            }
        }
    }

    /** Nothing of an epoch came into the store behind the opening of the next one. */
    private static void expectSealed(Stage stage, long old, long next) throws IOException {
        List<StoredBlock> blocks = StoredBlock.findAll(stage.data().resolve("store"));
        long opening = blocks.stream()
                .filter(block -> block.opening() && block.epoch() == next)
                .mapToLong(StoredBlock::number)
                .findFirst()
                .orElseThrow();
        assertThat(blocks)
                .as("blocks of epoch %d; block %d opens epoch %d", old, opening, next)
                .anyMatch(block -> block.epoch() == old)
                .noneMatch(block -> block.epoch() == old && block.number() > opening);
    }

    /** Has the agent, which is down, find the process server behind a relay from its next start on. */
    private static SocketRelay inFrontOfTheProcessServer(Stage stage) throws IOException {
        Path file = stage.machineFolder().resolve("state.json");
        ObjectNode state = (ObjectNode) JSON.readTree(file.toFile());
        ObjectNode settings = (ObjectNode) state.path("settings");
        SocketRelay relay =
                SocketRelay.inFrontOf(settings.path("processServerPort").asInt());
        settings.put("processServerPort", relay.port());
        JSON.writeValue(file.toFile(), state);
        return relay;
    }

    /** The change log's disk is replaced: what was logged and not durable is gone as well. */
    private static void loseLog(Stage stage) throws IOException {
        try (Stream<Path> files = Files.list(stage.machineFolder().resolve("log"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static long refusals(Stage stage) throws IOException {
        try (Stream<String> lines = Files.lines(stage.data().resolve("logs/holdfast.log"))) {
            return lines.filter(line -> line.contains("EPOCH_STALE")).count();
        }
    }
}
