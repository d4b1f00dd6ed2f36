package io.holdfast.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineIdTest {

    @Test
    void idsAreOrderedAsTheyArePrinted() {
        List<String> printed = List.of(
                "00000000-0000-0000-0000-000000000000",
                "00000000-0000-0000-7fff-ffffffffffff",
                "00000000-0000-0000-8000-000000000000",
                "6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa",
                "b836e24f-cd0e-4576-ae89-1e9be6833f65",
                "ffffffff-ffff-ffff-ffff-ffffffffffff");

        assertThat(printed.reversed().stream().map(MachineId::parse).sorted().map(MachineId::toString))
                .isEqualTo(printed);
        assertThat(MachineId.parse(printed.get(4))).isEqualByComparingTo(MachineId.parse(printed.get(4)));
    }
}
