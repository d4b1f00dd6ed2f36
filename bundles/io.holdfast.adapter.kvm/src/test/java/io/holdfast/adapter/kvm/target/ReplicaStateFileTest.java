package io.holdfast.adapter.kvm.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplicaStateFileTest {

    private static final UUID ID = UUID.fromString("6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa");

    /** As the first release writes it; never changed. */
    private static final String GOLDEN = """
            {"version":1,"id":"6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa","name":"mail \\"1\\"","processors":2,"memoryMebibytes":512,\
            "firmware":"UEFI","spaceBytes":1048576,"bootSign":"login:","network":{"kind":"BRIDGE","name":"br0",\
            "macAddress":"52:54:00:12:34:56"},"disks":[{"identity":"a","sizeBytes":4096,"logicalSectorBytes":512,\
            "physicalSectorBytes":4096,"baseSocket":"/run/a.sock","exportName":"p/a"},{"identity":"b","sizeBytes":1000001,\
            "logicalSectorBytes":512,"physicalSectorBytes":512,"baseSocket":"/run/a.sock","exportName":"p/b"}],"directIo":true,\
            "hydratedDisks":[1],"destroying":false}
            062e3452
            """;

    private final ReplicaState state;
    private final Path file;

    ReplicaStateFileTest(@TempDir Path folder) {
        Path socket = Path.of("/run/a.sock");
        ReplicaSpec spec = new ReplicaSpec(
                new ReplicaPlace(ID, folder),
                "mail \"1\"",
                new Hardware(2, 512, Hardware.Firmware.UEFI),
                List.of(
                        new ReplicaDisk("a", 4096, 512, 4096, socket, "p/a"),
                        new ReplicaDisk("b", 1_000_001, 512, 512, socket, "p/b")),
                new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.BRIDGE, "br0", "52:54:00:12:34:56"),
                1 << 20,
                "login:");
        state = new ReplicaState(spec, true, Set.of(1), false);
        file = folder.resolve("replica.json");
    }

    private Optional<ReplicaState> read() {
        return ReplicaStateFile.read(state.spec().place());
    }

    @Test
    void writesWhatTheFirstReleaseWrote() throws IOException {
        ReplicaStateFile.write(state);

        assertThat(Files.readString(file)).isEqualTo(GOLDEN);
        assertThat(read()).contains(state);
    }

    @Test
    void readsAStateThatIsNotThereAsNone() {
        assertThat(read()).isEmpty();
    }

    @Test
    void noticesEveryChangedByte() throws IOException {
        byte[] golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < golden.length; at++) {
            byte[] changed = golden.clone();
            changed[at] ^= 1;
            Files.write(file, changed);

            assertThatThrownBy(this::read).as("byte " + at).isInstanceOf(HoldfastException.class);
        }
    }

    @Test
    void refusesALaterVersion() throws IOException {
        String line = "{\"version\":2}";
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, line + "\n" + String.format("%08x", crc.getValue()) + "\n");

        assertThatThrownBy(this::read).hasMessageContaining("version 2; expected 1");
    }
}
