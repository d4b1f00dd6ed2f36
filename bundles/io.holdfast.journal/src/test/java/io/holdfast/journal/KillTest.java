package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.Kills;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process on a real directory gets SIGKILL in commits, sealing, merging and cleaning; {@code ./holdfast soak kills} does it 1,000 times. */
class KillTest {

    private static final int KILLS = 50;

    @Test
    void losesNothingThatAKilledProcessHadAcknowledged(@TempDir Path folder) throws IOException, InterruptedException {
        Kills kills = new Kills(folder.resolve("store"), 20_261_121);

        for (int kill = 0; kill < KILLS; kill++) {
            kills.killOnce();
        }

        assertThat(kills.acknowledged()).isGreaterThan(500);
    }
}
