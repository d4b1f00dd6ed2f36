package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.keys.MachineKeyFile;
import io.holdfast.journal.testkit.DistinctWrites;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.Tampering;
import io.holdfast.journal.testkit.TestSigner;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A verification says when a key file beside the journal is not whole, though it has no key. */
class VerifiedKeyFilesTest {

    private static final String PATH = "keys/" + HandMade.MACHINE + ".key";

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final byte[] good = keysOf(HandMade.MACHINE);

    private static byte[] keysOf(MachineId machine) {
        return MachineKeyFile.encodeClear(KeyFile.content(machine, 1, MachineKeyFile.Holder.RESIDENT, HandMade.KEYS));
    }

    @BeforeEach
    void makeAStoreWithAKeyFile() throws IOException {
        DistinctWrites.to(files, StoreDriver.TIME, new TestSigner(1)).close();
        files.createDirectory("keys");
        files.replace(PATH, good);
    }

    @Test
    void acceptsWhatIsWholeAndWhatADestructionLeft() {
        assertThat(Tampering.verify(files).intact()).isTrue();

        files.replace(PATH, new byte[good.length]);

        assertThat(Tampering.verify(files).intact()).isTrue();
    }

    @Test
    void namesWhatWasAlteredCutOrIsOfAnotherMachine() {
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 1;
        byte[] foreign = keysOf(new MachineId(new UUID(5, 5)));
        for (byte[] wrong : new byte[][] {flipped, Arrays.copyOf(good, 50), foreign}) {
            files.replace(PATH, wrong);

            assertThat(Tampering.verify(files).firstDamage())
                    .hasValueSatisfying(found -> assertThat(found.file()).isEqualTo(PATH));
        }
    }
}
